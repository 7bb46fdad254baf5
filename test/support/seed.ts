/**
 * The seed of a randomised test (SEC F-14): told in its output, and another at each run, so that
 * what one run did not come upon another may. ROLLCALL_TEST_SEED repeats one.
 */
export function seeded(t: { diagnostic(message: string): void }): { seed: number } {
  const given = process.env['ROLLCALL_TEST_SEED']
  const seed = given === undefined ? Date.now() % 2 ** 31 : Number(given)
  t.diagnostic(`ROLLCALL_TEST_SEED=${seed} repeats this`)
  return { seed }
}

/** Text of any length, as the text that it is: how it begins, and all of it on demand. */
import { count, cut } from './format.ts'
import css from './ui.module.css'

export function LongText({ text }: { readonly text: string }) {
  const begins = cut(text)
  if (begins === text) return <bdi>{text}</bdi>
  return (
    <details className={css['long']}>
      <summary>
        <bdi>{begins}</bdi> <span className="soft">all {count(text.length)} characters</span>
      </summary>
      <bdi>{text}</bdi>
    </details>
  )
}

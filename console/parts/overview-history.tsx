/** What the last days were like over all tenants: requests by outcome, and how long things took. */
import { useQuery } from '@tanstack/react-query'
import { api } from '../data/api.ts'
import { type History, requestsInWords, TIMES, timeOf, type Times } from '../data/history.ts'
import { Chart } from '../ui/chart.tsx'
import { count } from '../ui/format.ts'
import { Figure, Figures, Panel } from '../ui/page.tsx'
import { States } from '../ui/states.tsx'

export const useHistory = () =>
  useQuery({
    queryKey: ['overview-history'],
    queryFn: () => api.readHistory({ days: 14 }),
    refetchInterval: 30_000,
  })

export function OverviewHistory() {
  const asked = useHistory()
  const { data } = asked
  return (
    <>
      {data !== undefined && (
        <Figures>
          {(Object.keys(TIMES) as Times[]).map((name) => (
            <Took key={name} name={name} history={data} />
          ))}
        </Figures>
      )}
      <Panel title="Requests, the last 14 days">
        <States asked={asked}>{data !== undefined && <Requests {...data} />}</States>
      </Panel>
    </>
  )
}

function Took({ name, history }: { readonly name: Times; readonly history: History }) {
  const { p50, p95, p99, targetMs, count: all } = history.times[name]
  const [title, meaning] = TIMES[name]
  const isLate = p99 !== null && p99 > targetMs
  return (
    <Figure
      name={title}
      value={timeOf(p99)}
      tone={isLate ? 'warn' : 'calm'}
      note={
        all === 0
          ? `99 of 100, ${meaning}; none in 14 days`
          : `99 of 100, ${meaning}; is to be within ${timeOf(targetMs)}. Half: ${timeOf(p50)}, 95 of 100: ${timeOf(p95)}, of ${count(all)}.`
      }
    />
  )
}

const Requests = ({ days }: Pick<History, 'days'>) => (
  <Chart
    title="Requests by outcome"
    says={requestsInWords(days)}
    days={days.map(({ day }) => day)}
    series={[
      { name: 'Well', colour: '--good', values: days.map(({ requestsOk }) => requestsOk) },
      { name: 'Refused', colour: '--warn', values: days.map((day) => day.requestsRefused) },
      { name: 'Failed', colour: '--bad', values: days.map((day) => day.requestsFailed) },
    ]}
  />
)

/**
 * A chart of days with its sentence, and the same numbers as a table for who wants or needs them. What draws
 * it is fetched when the first chart is shown.
 */
import { Button, useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { count } from './format.ts'
import css from './ui.module.css'

export interface Series {
  readonly name: string
  /** A variable of the style sheet. */
  readonly colour: `--${string}`
  readonly values: readonly (number | null)[]
}

interface ChartProps {
  readonly title: string
  /** What it shows, in one sentence. */
  readonly says: string
  readonly days: readonly string[]
  readonly series: readonly Series[]
  readonly show?: (value: number) => string
}

export function Chart(props: ChartProps) {
  const [isTable, setTable] = useState(false)
  return (
    <div className="stack">
      <div className="row">
        <span className="grow">{props.says}</span>
        <Button
          size="compact-sm"
          variant="default"
          aria-pressed={isTable}
          onClick={() => setTable(!isTable)}
        >
          {isTable ? 'As a chart' : 'As a table'}
        </Button>
      </div>
      {isTable ? <Numbers {...props} /> : <Drawing {...props} />}
    </div>
  )
}

function Numbers({ title, days, series, show = count }: ChartProps) {
  return (
    <table className={css['plain']} aria-label={title}>
      <thead>
        <tr>
          <th scope="col">Day</th>
          {series.map(({ name }) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {days.map((day, index) => (
          <tr key={day}>
            <th scope="row">{day}</th>
            {series.map(({ name, values }) => {
              const value = values[index] ?? null
              return <td key={name}>{value === null ? 'none' : show(value)}</td>
            })}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const HEIGHT = 200

function Drawing({ title, says, days, series, show = count }: ChartProps) {
  const place = useRef<HTMLDivElement>(null)
  const scheme = useComputedColorScheme('light')
  const numbers = JSON.stringify([days, series])
  useEffect(() => {
    const left = new AbortController()
    const { current } = place
    if (current !== null)
      void draw(current, { days, series, show }).then((end) =>
        left.signal.aborted ? end() : left.signal.addEventListener('abort', end),
      )
    return () => left.abort()
    // Drawn again for other numbers or other colours; `numbers` stands for both lists.
  }, [numbers, scheme])
  return <div ref={place} className={css['chart']} role="img" aria-label={`${title}. ${says}`} />
}

/** @returns what takes it away again */
async function draw(
  place: HTMLElement,
  { days, series, show }: Required<Pick<ChartProps, 'days' | 'series' | 'show'>>,
): Promise<() => void> {
  const [{ default: Plot }] = await Promise.all([
    import('uplot'),
    import('uplot/dist/uPlot.min.css'),
  ])
  const styles = getComputedStyle(place)
  const colour = (name: string) => styles.getPropertyValue(name)
  const axis = { stroke: colour('--ink-soft'), grid: { stroke: colour('--edge'), width: 1 } }
  const plot = new Plot(
    {
      width: place.clientWidth,
      height: HEIGHT,
      legend: { live: false },
      cursor: { show: false },
      // The days are those of UTC, wherever the reader is.
      tzDate: (seconds) => Plot.tzDate(new Date(seconds * 1_000), 'Etc/UTC'),
      axes: [axis, { ...axis, size: 70, values: (_plot, ticks) => ticks.map(show) }],
      series: [
        {},
        ...series.map(({ name, colour: of }) => ({
          label: name,
          stroke: colour(of),
          width: 2,
          points: { show: days.length < 40 },
        })),
      ],
    },
    [days.map(secondsOf), ...series.map(({ values }) => [...values])],
    place,
  )
  const watch = new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height: HEIGHT }))
  watch.observe(place)
  return () => {
    watch.disconnect()
    plot.destroy()
  }
}

const secondsOf = (day: string | undefined): number => Date.parse(day ?? '') / 1_000

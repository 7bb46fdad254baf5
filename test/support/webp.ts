/** A small picture of a picture, made by the browser that took it: for the documentation. */
import type { Page } from 'playwright-core'

const WIDTH = 1100
const QUALITY = 0.72

/** As much of a page's own world as is used here; it runs there. */
interface Drawing {
  readonly createImageBitmap: (blob: object) => Promise<{ width: number; height: number }>
  readonly OffscreenCanvas: new (
    width: number,
    height: number,
  ) => {
    getContext(kind: '2d'): { drawImage(picture: object, ...at: number[]): void }
    convertToBlob(how: { type: string; quality: number }): Promise<Blob>
  }
}

export async function webpOf(page: Page, png: Buffer): Promise<Buffer> {
  const bytes = await page.evaluate(
    async ({ picture, width, quality }) => {
      const { createImageBitmap, OffscreenCanvas } = globalThis as unknown as Drawing
      const drawn = await createImageBitmap(new Blob([new Uint8Array(picture)]))
      const height = Math.round((drawn.height * width) / drawn.width)
      const canvas = new OffscreenCanvas(width, height)
      canvas.getContext('2d').drawImage(drawn, 0, 0, width, height)
      const blob = await canvas.convertToBlob({ type: 'image/webp', quality })
      return [...new Uint8Array(await blob.arrayBuffer())]
    },
    { picture: [...png], width: WIDTH, quality: QUALITY },
  )
  return Buffer.from(bytes)
}

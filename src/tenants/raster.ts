/**
 * Pictures that somebody uploads: which of the two types that we serve the bytes are, and how large the
 * picture is, read from the bytes themselves. What calls itself a picture may be anything; SVG, which
 * can hold script, is none here.
 */
export interface Raster {
  readonly type: 'image/png' | 'image/jpeg'
  readonly width: number
  readonly height: number
}

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')

/** Undefined for whatever is no whole head of a PNG or JPEG with a width and a height. */
export function rasterOf(bytes: Buffer): Raster | undefined {
  const size = bytes.subarray(0, PNG.length).equals(PNG) ? pngSize(bytes) : jpegSize(bytes)
  return size && size.width > 0 && size.height > 0 ? size : undefined
}

/** PNG (ISO/IEC 15948) section 11.2.2: the first chunk begins with width and height. */
function pngSize(bytes: Buffer): Raster | undefined {
  if (bytes.length < 33) return undefined
  return { type: 'image/png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
}

/** JPEG (ITU T.81) annex B: segments up to a start of frame, which holds height and width. */
function jpegSize(bytes: Buffer): Raster | undefined {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return undefined
  let at = 2
  while (at + 9 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0
    if (STARTS_OF_FRAME.has(marker))
      return {
        type: 'image/jpeg',
        width: bytes.readUInt16BE(at + 7),
        height: bytes.readUInt16BE(at + 5),
      }
    at += 2 + bytes.readUInt16BE(at + 2)
  }
  return undefined
}

/** Baseline, extended and progressive: what browsers show. */
const STARTS_OF_FRAME = new Set([0xc0, 0xc1, 0xc2])

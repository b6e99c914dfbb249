/**
 * PostgreSQL's binary COPY format (postgresql.org/docs/current/sql-copy.html, "Binary Format"): a signature, then per
 * row an int16 count of fields and per field an int32 length with that many bytes (-1 for null), all big-endian, and
 * -1 as the end. Rows are encoded from columns straight into buffers, no object per row, and given away piece by piece:
 * the server works on one while the next is encoded, and a large batch is never in memory as a whole.
 */
import type { NumberColumns, TextColumns } from '../../../core/telemetry/sample.ts';
import { rowOrder } from './row-order.ts';

/** µs from the Unix epoch to 2000-01-01, where PostgreSQL counts from. */
export const postgresEpochUs = 946_684_800_000_000;

const signature = [0x50, 0x47, 0x43, 0x4f, 0x50, 0x59, 0x0a, 0xff, 0x0d, 0x0a, 0x00];
const twoTo32 = 4_294_967_296;

/** Writes fields into a buffer that doubles when full; `take` and `finish` give away what was written. */
export class CopyEncoder {
  readonly #expectedBytes: number;
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #at = 0;

  constructor(expectedBytes = 65_536) {
    this.#expectedBytes = Math.max(64, expectedBytes);
    this.#bytes = new Uint8Array(this.#expectedBytes);
    this.#view = new DataView(this.#bytes.buffer);
    this.#bytes.set(signature);
    // Flags and length of the header extension are both 0.
    this.#at = signature.length + 8;
  }

  row(fields: number): void {
    this.#reserve(2);
    this.#view.setInt16(this.#at, fields);
    this.#at += 2;
  }

  null(): void {
    this.#length(-1, 0);
  }

  /** bigint column; exact for safe integers. */
  int8(value: number): void {
    this.#length(8, 8);
    const high = Math.floor(value / twoTo32);
    this.#view.setInt32(this.#at, high);
    this.#view.setUint32(this.#at + 4, value - high * twoTo32);
    this.#at += 8;
  }

  /** timestamptz column from µs since the Unix epoch; exact from the year 1715 to 2255. */
  timestamptz(unixUs: number): void {
    this.int8(unixUs - postgresEpochUs);
  }

  float8(value: number): void {
    this.#length(8, 8);
    this.#view.setFloat64(this.#at, value);
    this.#at += 8;
  }

  int4(value: number): void {
    this.#length(4, 4);
    this.#view.setInt32(this.#at, value);
    this.#at += 4;
  }

  int2(value: number): void {
    this.#length(2, 2);
    this.#view.setInt16(this.#at, value);
    this.#at += 2;
  }

  /** UTF-8; the caller has refused NUL, which PostgreSQL cannot store. */
  text(value: string): void {
    // A UTF-16 unit takes at most 3 bytes of UTF-8.
    this.#length(0, value.length * 3);
    const { written } = textEncoder.encodeInto(value, this.#bytes.subarray(this.#at));
    this.#view.setInt32(this.#at - 4, written);
    this.#at += written;
  }

  /** Written since the last `take`. */
  get length(): number {
    return this.#at;
  }

  /** What was written since the last `take`; writing goes on in another buffer. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#at);
    this.#bytes = new Uint8Array(this.#expectedBytes);
    this.#view = new DataView(this.#bytes.buffer);
    this.#at = 0;
    return taken;
  }

  /** Ends the data; the encoder must not be used afterwards. */
  finish(): Uint8Array {
    this.row(-1);
    return this.#bytes.subarray(0, this.#at);
  }

  /** Writes a field's length and makes room for `room` bytes after it. */
  #length(length: number, room: number): void {
    this.#reserve(4 + room);
    this.#view.setInt32(this.#at, length);
    this.#at += 4;
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + bytes));
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

const textEncoder = new TextEncoder();

export const copyNumbersStatement =
  'copy sample (time, series_id, value, delta, span_ms, quality) from stdin (format binary)';
export const copyTextsStatement =
  'copy sample_text (time, series_id, value) from stdin (format binary)';

const pieceBytes = 262_144;
/** A number's row at its widest (2 + 6 lengths of 4 + 8 + 8 + 8 + 8 + 4 + 2) fits behind a piece that is almost full. */
const expectedBytes = pieceBytes + 64;

/**
 * Rows for `sample`, by series id unless told otherwise; `seriesIds[i]` belongs to row i, and rows with id 0 are left
 * out.
 */
export function* encodeNumbers(
  columns: NumberColumns,
  seriesIds: Float64Array,
  order: Uint32Array = rowOrder(columns.series, seriesIds),
): Generator<Uint8Array> {
  const encoder = new CopyEncoder(expectedBytes);
  for (const row of order) {
    encodeNumber(encoder, columns, row, seriesIds[row]!);
    if (encoder.length >= pieceBytes) yield encoder.take();
  }
  yield encoder.finish();
}

function encodeNumber(
  encoder: CopyEncoder,
  columns: NumberColumns,
  row: number,
  seriesId: number,
): void {
  encoder.row(6);
  encoder.timestamptz(columns.timeUs[row]!);
  encoder.int8(seriesId);
  encoder.float8(columns.value[row]!);
  const delta = columns.delta[row]!;
  if (Number.isNaN(delta)) encoder.null();
  else encoder.float8(delta);
  const spanMs = columns.spanMs[row]!;
  if (spanMs < 0) encoder.null();
  else encoder.int4(spanMs);
  const quality = columns.quality[row]!;
  if (quality === 0) encoder.null();
  else encoder.int2(quality);
}

/** Rows for `sample_text`; as `encodeNumbers`. */
export function* encodeTexts(columns: TextColumns, seriesIds: Float64Array): Generator<Uint8Array> {
  const encoder = new CopyEncoder(expectedBytes);
  for (const row of rowOrder(columns.series, seriesIds)) {
    encoder.row(3);
    encoder.timestamptz(columns.timeUs[row]!);
    encoder.int8(seriesIds[row]!);
    encoder.text(columns.value[row]!);
    if (encoder.length >= pieceBytes) yield encoder.take();
  }
  yield encoder.finish();
}

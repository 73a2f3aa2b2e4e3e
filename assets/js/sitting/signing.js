// HMAC-SHA-256 for the answer file, in a few lines of our own: crypto.subtle is missing where an
// exam room's server is reached without https, and a click on a download waits for nobody.

const fraction = (number) => ((number - Math.floor(number)) * 4294967296) | 0
const START = []
const ROUND = []
for (let n = 2; ROUND.length < 64; n++) {
  let divisor = 2
  while (divisor * divisor <= n && n % divisor) divisor++
  if (divisor * divisor <= n) continue
  if (START.length < 8) START.push(fraction(Math.sqrt(n)))
  ROUND.push(fraction(Math.cbrt(n)))
}
const turn = (word, by) => (word >>> by) | (word << (32 - by))

function sha256 (bytes) {
  const padded = new Uint8Array(((bytes.length + 72) >> 6) << 6)
  padded.set(bytes)
  padded[bytes.length] = 128
  const view = new DataView(padded.buffer)
  view.setUint32(padded.length - 4, bytes.length * 8)
  const hash = START.slice()
  const w = new Int32Array(64)
  for (let at = 0; at < padded.length; at += 64) {
    let [a, b, c, d, e, f, g, h] = hash
    for (let i = 0; i < 64; i++) {
      if (i < 16) {
        w[i] = view.getInt32(at + 4 * i)
      } else {
        const x = w[i - 15]
        const y = w[i - 2]
        w[i] = w[i - 16] + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) +
          w[i - 7] + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10))
      }
      const one = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUND[i] + w[i]
      const two = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0]
    }
    ;[a, b, c, d, e, f, g, h].forEach((word, i) => { hash[i] = (hash[i] + word) | 0 })
  }
  const result = new Uint8Array(32)
  hash.forEach((word, i) => new DataView(result.buffer).setInt32(4 * i, word))
  return result
}

// The key is 64 characters, as long as a block of the hash, so it needs no padding.
export function sign (key, text) {
  const encoder = new TextEncoder()
  const block = encoder.encode(key)
  const hashed = (mask, message) => {
    const joined = new Uint8Array(64 + message.length)
    joined.set(block.map((byte) => byte ^ mask))
    joined.set(message, 64)
    return sha256(joined)
  }
  const signed = hashed(0x5c, hashed(0x36, encoder.encode(text)))
  return [...signed].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

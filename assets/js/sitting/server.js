// Speaking to the server: a fresh CSRF token when ours is stale, and a word for what went wrong.

export class SignedOut extends Error {}
export class Offline extends Error {
  constructor (reason, status) {
    super(reason)
    this.status = status
  }
}

// Until the whole answer is here, in milliseconds; the paper is long.
const PATIENCE = 15000
const PATIENCE_FOR_PAPER = 120000

export class Server {
  constructor (root, attempt, csrf) {
    this.root = root
    this.base = root + attempt + '/'
    this.csrf = csrf
    this.windowKey = '' // given when the window opens; kept nowhere else
  }

  get (path) {
    return this.ask(this.base + path, {}, PATIENCE_FOR_PAPER)
  }

  async post (path, body, keepalive) {
    const send = () => this.ask(this.base + path, {
      method: 'POST',
      headers: Object.assign({ 'Content-Type': 'application/json' }, this.proof(path)),
      body: JSON.stringify(body || {}),
      keepalive: Boolean(keepalive)
    })
    let response = await send()
    if (response.status === 400) {
      // Signed in again in another tab: key and token belong to the sign-in before.
      this.windowKey = ''
      const fresh = await this.ask(this.root + 'token.json', {})
      this.csrf = (await fresh.json()).csrf_token
      response = await send()
    }
    if (!response.ok && response.status !== 410) throw new Offline(String(response.status), response.status)
    return response
  }

  // That this page asks, and no other site's: answers show the key of their window.
  proof (path) {
    return path === 'jawaban' && this.windowKey
      ? { 'X-Window-Key': this.windowKey }
      : { 'X-CSRFToken': this.csrf }
  }

  async ask (address, options, patience) {
    // Not cleared when an answer begins: a line may break in the middle of it.
    const limit = new AbortController()
    setTimeout(() => limit.abort(), patience || PATIENCE)
    let response
    try {
      response = await fetch(address, Object.assign({
        credentials: 'same-origin', cache: 'no-store', signal: limit.signal
      }, options))
    } catch (error) {
      throw new Offline(String(error))
    }
    const elsewhere = response.redirected && !new URL(response.url).pathname.startsWith(this.root)
    if (elsewhere || [401, 403, 404].includes(response.status)) throw new SignedOut()
    return response
  }
}

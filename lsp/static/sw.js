// Looks after the exam pages: their static files, and a frame of the exam page for a reload
// without network. The paper and the answers are in IndexedDB (assets/js/sitting/store.js).
const STATIC = 'lsp-static'
const PAGE = /^\/ujian\/([0-9a-f-]{36})\/soal\/\d+$/
const PATIENCE = 8000

self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin) return
  if (url.pathname.startsWith('/static/')) event.respondWith(staticFile(request))
  const page = request.mode === 'navigate' && PAGE.exec(url.pathname)
  if (page) event.respondWith(examPage(request, page[1]))
})

// The address carries a fingerprint of the content, so what is cached is right.
async function staticFile (request) {
  const cache = await caches.open(STATIC)
  const kept = await cache.match(request)
  if (kept) return kept
  const response = await fetch(request)
  if (response.ok) {
    await cache.delete(request, { ignoreSearch: true })
    await cache.put(request, response.clone())
  }
  return response
}

async function examPage (request, attempt) {
  const name = 'lsp-exam-' + attempt
  const shell = '/ujian/' + attempt + '/soal'
  const kept = await caches.has(name) ? await (await caches.open(name)).match(shell) : undefined
  try {
    const response = await (kept ? impatiently(request) : fetch(request))
    if (response.status >= 500 && kept) return kept
    if (response.ok && kept && !response.headers.has('X-Paused')) await (await caches.open(name)).put(shell, response.clone())
    return response
  } catch (error) {
    if (kept) return kept
    throw error
  }
}

function impatiently (request) {
  return Promise.race([
    fetch(request),
    new Promise((resolve, reject) => setTimeout(() => reject(new Error('no answer')), PATIENCE))
  ])
}

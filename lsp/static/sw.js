// Looks after the exam pages: their static files, and a frame of the exam page for a reload
// without network. The paper and the answers are in IndexedDB (assets/js/sitting/store.js).
const STATIC = 'lsp-static'
const PICTURE = /^\/ujian\/([0-9a-f-]{36})\/soal\/\d+\/gambar\//
const PAGE = /^\/ujian\/([0-9a-f-]{36})\/soal\/\d+$/
const BESIDE = /^\/ujian\/([0-9a-f-]{36})\/(periksa|lanjut)$/
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
  const beside = request.mode === 'navigate' && BESIDE.exec(url.pathname)
  if (beside) event.respondWith(fetch(request).catch(() => keptPage(beside[1])))
  const picture = PICTURE.exec(url.pathname)
  if (picture) event.respondWith(examPicture(request, picture[1]))
})

// Kept by the exam page (assets/js/sitting/shell.js), for as long as the exam.
async function examPicture (request, attempt) {
  const kept = await caches.match(request.url, { cacheName: nameOf(attempt) })
  return kept || fetch(request)
}

// The address carries a fingerprint of the content, so what is cached is right.
async function staticFile (request) {
  const cache = await caches.open(STATIC)
  const kept = await cache.match(request)
  if (kept) return kept
  const response = await fetch(request)
  if (response.ok) {
    const copy = response.clone()
    await cache.delete(request, { ignoreSearch: true }).then(() => cache.put(request, copy)).catch(noRoom)
  }
  return response
}

// A full phone: then only a reload without network does not work.
const noRoom = () => {}
const nameOf = (attempt) => 'lsp-exam-' + attempt
const shellOf = (attempt) => '/ujian/' + attempt + '/soal'

// The exam page of an earlier load, an error when there is none. Where the network is missing it
// stands for the pages beside it, too: from it nothing is lost, from the browser's own page it is.
async function keptPage (attempt) {
  return await caches.match(shellOf(attempt), { cacheName: nameOf(attempt) }) || Response.error()
}

async function examPage (request, attempt) {
  const kept = await caches.match(shellOf(attempt), { cacheName: nameOf(attempt) })
  try {
    const response = await (kept ? impatiently(request) : fetch(request))
    if ((response.status >= 500 || response.status === 429) && kept) return kept
    if (response.ok && kept && !response.headers.has('X-Paused')) {
      const copy = response.clone()
      await caches.open(nameOf(attempt)).then((cache) => cache.put(shellOf(attempt), copy)).catch(noRoom)
    }
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

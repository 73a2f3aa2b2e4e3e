// The page's own survival: the service worker, the cached frame of the exam page, and their end.

export function cacheName (attempt) {
  return 'lsp-exam-' + attempt
}

// Keep what a reload without network needs. The worker keeps it fresh afterwards.
export async function keepShell (facts) {
  if (!('serviceWorker' in navigator) || !('caches' in window)) return
  try {
    await navigator.serviceWorker.register(facts.worker)
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist()
    // The worker that looks after this page has kept it already.
    if (navigator.serviceWorker.controller && await caches.has(cacheName(facts.attempt))) return
    const files = [...document.querySelectorAll('link[href], script[src]')]
      .map((element) => element.href || element.src)
    await (await caches.open('lsp-static')).addAll(files)
    const shell = facts.root + facts.attempt + '/soal'
    const page = await fetch(location.href, { credentials: 'same-origin' })
    if (page.ok && !page.redirected && !page.headers.has('X-Paused')) {
      await (await caches.open(cacheName(facts.attempt))).put(shell, page)
    }
  } catch (error) {
    // Without it the exam works; only a reload needs the network then.
  }
}

export async function dropShell (attempt) {
  if ('caches' in window) await caches.delete(cacheName(attempt)).catch(() => {})
}

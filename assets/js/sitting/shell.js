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
    const shell = facts.root + facts.attempt + '/soal'
    // The worker that looks after this page has kept it already.
    if (navigator.serviceWorker.controller && await kept(facts.attempt, shell)) return
    const files = [...document.querySelectorAll('link[href], script[src]')]
      .map((element) => element.href || element.src)
    await (await caches.open('lsp-static')).addAll(files)
    const page = await fetch(location.href, { credentials: 'same-origin' })
    if (page.ok && !page.redirected && !page.headers.has('X-Paused')) {
      await (await caches.open(cacheName(facts.attempt))).put(shell, page)
    }
  } catch (error) {
    // Without it the exam works; only a reload needs the network then.
  }
}

// The pictures of all questions, so that moving on needs no network; and nothing of other exams.
export async function keepPictures (attempt, questions) {
  if (!('caches' in window)) return
  try {
    for (const name of await caches.keys()) {
      if (name.startsWith(cacheName('')) && name !== cacheName(attempt)) await caches.delete(name)
    }
    const pictures = new Set()
    for (const { html } of questions) {
      const page = new DOMParser().parseFromString(html, 'text/html')
      for (const picture of page.querySelectorAll('img')) {
        pictures.add(new URL(picture.getAttribute('src'), location.href).href)
      }
    }
    const cache = await caches.open(cacheName(attempt))
    for (const address of pictures) {
      if (!await cache.match(address)) await cache.add(address)
    }
  } catch (error) {
    // The pictures that are missing need the network.
  }
}

async function kept (attempt, shell) {
  const name = cacheName(attempt)
  return await caches.has(name) && await (await caches.open(name)).match(shell)
}

export async function dropShell (attempt) {
  if ('caches' in window) await caches.delete(cacheName(attempt)).catch(() => {})
}

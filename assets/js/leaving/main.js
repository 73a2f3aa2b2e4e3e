// On the page after signing out: a shared computer keeps nothing of an exam, except the answers
// that the server does not have yet. The exam's own scripts are in ../sitting/.

const NAME = 'lsp-exam'

const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result)
  request.onerror = () => reject(request.error)
})

async function dropCaches () {
  for (const name of await caches.keys()) {
    if (name.startsWith(NAME + '-')) await caches.delete(name)
  }
}

// Papers and saved answers go; an attempt with unsent answers keeps what sends them later.
async function dropAttempts () {
  const request = indexedDB.open(NAME, 1)
  // No exam was ever here: leave no empty database behind.
  request.onupgradeneeded = () => request.transaction.abort()
  const database = await done(request)
  const transaction = database.transaction(['attempts', 'queue'], 'readwrite')
  const unsent = (await done(transaction.objectStore('queue').getAllKeys())).map(([attempt]) => attempt)
  const attempts = transaction.objectStore('attempts')
  for (const key of await done(attempts.getAllKeys())) {
    if (!unsent.includes(key)) attempts.delete(key)
  }
  document.getElementById('unsent').hidden = !unsent.length
}

if ('caches' in window) dropCaches().catch(() => {})
if ('indexedDB' in window) dropAttempts().catch(() => {})

// The running clock troubles some people: whoever folds it away finds it so on every page after.

const KEPT = 'lsp-timer'
const timer = document.getElementById('timer')

export function rememberTimer () {
  if (!timer) return
  try {
    if (localStorage.getItem(KEPT) === 'folded') timer.open = false
    timer.addEventListener('toggle', () => localStorage.setItem(KEPT, timer.open ? 'open' : 'folded'))
  } catch (error) {
    // No storage: then it is folded away on this page alone.
  }
}

// Answering and moving by keys. Letters can be switched off (WCAG 2.1.4): to software that hears
// speech, every word is letters.

const KEPT = 'lsp-letters'
const place = document.getElementById('shortcuts')
const box = document.getElementById('letters')

function listenToSwitch () {
  place.hidden = false
  try {
    box.checked = localStorage.getItem(KEPT) !== 'off'
    box.addEventListener('change', () => localStorage.setItem(KEPT, box.checked ? 'on' : 'off'))
  } catch (error) {
    // No storage: then the switch is of this page alone.
  }
}

// `step` goes to the next question (1) or the one before (-1) and says whether there is one.
export function listenToKeys (isClosed, step) {
  listenToSwitch()
  document.addEventListener('keydown', (event) => {
    const { target, key } = event
    const writing = target.matches('textarea, select, input:not([type=radio]):not([type=checkbox])')
    if (isClosed() || writing || event.ctrlKey || event.altKey || event.metaKey) return
    const way = { ArrowRight: 1, ArrowLeft: -1 }[key]
    // In a group of choices the arrows choose.
    if (way && target.type !== 'radio' && step(way)) event.preventDefault()
    if (box.checked) choose(key)
  })
}

function choose (key) {
  const number = key.length === 1 ? 'abcdefgh'.indexOf(key.toLowerCase()) : -1
  const choice = document.querySelectorAll('#question .lsp-choice__input')[number]
  if (!choice || choice.disabled) return
  choice.focus()
  choice.click()
}

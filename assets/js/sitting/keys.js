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

// `step` goes to the next question (1) or the one before (-1) and says whether there is one; `say`
// tells who does not see it what a letter has chosen, and whether it is chosen now.
export function listenToKeys (isClosed, step, say) {
  listenToSwitch()
  let pointed = false // whether the focus came by mouse or finger
  document.addEventListener('pointerdown', () => { pointed = true })
  document.addEventListener('keydown', (event) => {
    const { target, key } = event
    const writing = target.matches('textarea, select, input:not([type=radio]):not([type=checkbox])')
    if (isClosed() || writing || event.ctrlKey || event.altKey || event.metaKey) return
    const way = { ArrowRight: 1, ArrowLeft: -1 }[key]
    if (key === 'Tab') pointed = false
    // In a group of choices that was reached by keys the arrows choose.
    if (way && (pointed || target.type !== 'radio') && step(way)) event.preventDefault()
    const choice = box.checked && choiceOf(key)
    if (choice) choose(choice, say)
  })
}

function choiceOf (key) {
  const number = key.length === 1 ? 'abcdefgh'.indexOf(key.toLowerCase()) : -1
  const choice = document.querySelectorAll('#question .lsp-choice__input')[number]
  return choice && !choice.disabled ? choice : null
}

// The focus stays out of the group: in it the next arrow would choose another answer.
function choose (choice, say) {
  if (document.activeElement.type === 'radio') document.activeElement.blur()
  choice.click()
  choice.parentNode.scrollIntoView({ block: 'nearest' })
  say(choice.labels[0].innerText.replace(/\s+/g, ' '), choice.checked)
}

// Pointing at a picture: by pointer or arrow keys, always into the two fields beside it. The
// fields stay the answer; without this script they are filled in by the ruler at the edges.

const LARGE = 1 / 50

function parts (picture) {
  const fields = picture.closest('fieldset')
  return {
    width: Number(picture.dataset.width),
    height: Number(picture.dataset.height),
    x: fields.querySelector('[name=point-x]'),
    y: fields.querySelector('[name=point-y]')
  }
}

// The cross-hair where the fields say.
export function drawPoint (root) {
  for (const picture of root.querySelectorAll('[data-hotspot]')) {
    const { x, y } = parts(picture)
    const mark = picture.querySelector('[data-point]')
    const isSet = x.value !== '' && y.value !== ''
    mark.setAttribute('visibility', isSet ? 'visible' : 'hidden')
    if (isSet) mark.setAttribute('transform', `translate(${Number(x.value)} ${Number(y.value)})`)
    if (!x.disabled) picture.tabIndex = 0
  }
}

function put (picture, left, top) {
  const { width, height, x, y } = parts(picture)
  if (x.disabled) return
  x.value = Math.min(Math.max(Math.floor(left), 0), width - 1)
  y.value = Math.min(Math.max(Math.floor(top), 0), height - 1)
  drawPoint(document)
  y.dispatchEvent(new Event('change', { bubbles: true }))
}

document.addEventListener('click', (event) => {
  const picture = event.target.closest('[data-hotspot]')
  if (!picture) return
  const box = picture.querySelector('img').getBoundingClientRect()
  const { width, height } = parts(picture)
  put(picture, (event.clientX - box.left) / box.width * width, (event.clientY - box.top) / box.height * height)
})

document.addEventListener('input', (event) => {
  if (/^point-/.test(event.target.name)) drawPoint(document)
})

// In the capturing phase, so that the arrows move the point and nothing else.
document.addEventListener('keydown', (event) => {
  const picture = event.target.closest && event.target.closest('[data-hotspot]')
  const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key]
  if (!picture || !move || event.ctrlKey || event.altKey || event.metaKey) return
  event.preventDefault()
  event.stopPropagation()
  const { width, height, x, y } = parts(picture)
  const step = event.shiftKey ? 1 : Math.max(1, Math.round(Math.max(width, height) * LARGE))
  const at = (field, size) => field.value === '' ? Math.floor(size / 2) : Number(field.value)
  put(picture, at(x, width) + move[0] * step, at(y, height) + move[1] * step)
}, true)

drawPoint(document)

// Keeps the invigilator's room live: asks every few seconds how it stands and
// writes only what changed. The words come from the server. A screen reader
// hears nothing but what newly needs a person.

const table = document.getElementById('room')
const announcement = document.getElementById('announcement')
const attention = document.getElementById('attention')
const list = document.getElementById('attention-list')
const connection = document.getElementById('connection')
const rows = new Map()

function put (element, text) {
  if (element && element.textContent !== text) element.textContent = text
}

function showSeat (row, cells) {
  for (const [name, element] of row) {
    put(element, cells[name])
    if (name === 'state') {
      const tag = `lsp-status-tag lsp-status-tag--${cells.tag}`
      if (element.className !== tag) element.className = tag
    }
  }
}

// What is gone leaves, what is new comes at the end and is said aloud; what
// stays is not touched, so that focus stays where it is.
function showAttention (wanted) {
  const shown = new Map([...list.children].map((item) => [item.dataset.key, item]))
  const news = []
  for (const { key, text, href } of wanted) {
    const item = shown.get(key)
    shown.delete(key)
    if (item) {
      put(item.firstElementChild, text)
    } else {
      const link = document.createElement('a')
      link.className = 'govuk-link'
      link.href = href
      link.textContent = text
      const added = document.createElement('li')
      added.dataset.key = key
      added.append(link)
      list.append(added)
      news.push(text)
    }
  }
  for (const item of shown.values()) item.remove()
  attention.hidden = wanted.length === 0
  if (news.length) announcement.textContent = news.join(' ')
}

function show (state) {
  put(document.getElementById('clock'), state.clock)
  for (const element of document.querySelectorAll('[data-count]')) {
    put(element, String(state.counts[element.dataset.count]))
  }
  let isOther = String(state.paused) !== table.dataset.paused
  isOther = isOther || Object.keys(state.seats).length !== rows.size
  for (const [id, cells] of Object.entries(state.seats)) {
    if (rows.has(id)) showSeat(rows.get(id), cells)
    else isOther = true
  }
  const wanted = state.attention
  if (isOther) wanted.unshift({ key: 'changed', text: table.dataset.textChanged, href: '' })
  showAttention(wanted)
}

async function ask () {
  try {
    const answer = await fetch(table.dataset.address, { headers: { Accept: 'application/json' } })
    if (!answer.ok || answer.redirected) throw new Error(answer.status)
    show(await answer.json())
    connection.hidden = true
  } catch (error) {
    if (connection.hidden) announcement.textContent = connection.textContent
    connection.hidden = false
  }
}

let timer
async function go () {
  clearTimeout(timer)
  if (!document.hidden) await ask()
  clearTimeout(timer)
  timer = setTimeout(go, Number(table.dataset.every) * 1000)
}

if (table) {
  for (const row of table.querySelectorAll('[data-seat]')) {
    const cells = [...row.querySelectorAll('[data-cell]')]
    rows.set(row.dataset.seat, cells.map((element) => [element.dataset.cell, element]))
  }
  document.addEventListener('visibilitychange', () => { if (!document.hidden) go() })
  timer = setTimeout(go, Number(table.dataset.every) * 1000)
}

// Between a question's form and the response that is stored, in both directions.

import { drawPoint } from './pictures.js'

// Fields of rows are named by what they belong to and their row: pairs-1, gaps-2, order-c.
const ROWS = { pairs: 'pairs', gaps: 'gaps', order: 'places' }

function row (name) {
  const [, group, id] = /^(pairs|gaps|order)-(.+)$/.exec(name) || []
  return group && { group: ROWS[group], id }
}

// Buttons have names, too, and are no answers.
const fields = (form) => form.querySelectorAll('#question [name]:not(button)')

export function readForm (form) {
  const response = {}
  const point = {}
  for (const field of fields(form)) {
    const { name, value, type } = field
    const part = row(name)
    if (part) {
      if (value.trim()) response[part.group] = Object.assign(response[part.group] || {}, { [part.id]: value })
    } else if (name === 'point-x' || name === 'point-y') {
      if (value.trim()) point[name.slice(6)] = Number(value)
    } else if (type === 'checkbox') {
      if (field.checked) response.choices = (response.choices || []).concat(value)
    } else if (type === 'radio') {
      if (field.checked) response[name] = name === 'value' ? value === 'true' : value
    } else if (type !== 'file' && value.trim()) {
      response[name] = value
    }
  }
  if ('x' in point && 'y' in point) response.point = [point.x, point.y]
  if (response.places) inOrder(form, response)
  return Object.keys(response).length ? response : null
}

// The rows in their places, as the server keeps them: a place not filled is empty. Two rows in one
// place stay as they were chosen; the server says so.
function inOrder (form, response) {
  const order = Array.from(form.querySelectorAll('#question [name^="order-"]'), () => '')
  for (const [id, place] of Object.entries(response.places)) {
    if (order[place - 1]) return
    order[place - 1] = id
  }
  delete response.places
  response.order = order
}

export function fillForm (form, response) {
  const given = Object.assign({}, response)
  if (given.order) {
    given.places = {}
    given.order.forEach((id, index) => { if (id) given.places[id] = String(index + 1) })
  }
  if (given.point) [given['point-x'], given['point-y']] = given.point
  for (const field of fields(form)) {
    const { name, type } = field
    const part = row(name)
    if (part) {
      field.value = (given[part.group] || {})[part.id] || ''
    } else if (type === 'checkbox') {
      field.checked = (given.choices || []).includes(field.value)
    } else if (type === 'radio') {
      field.checked = String(given[name]) === field.value
    } else if (type !== 'file') {
      field.value = name in given ? given[name] : ''
    }
  }
  drawPoint(form)
  showFile(form, given)
}

// The file handed in, with its link.
function showFile (form, given) {
  const line = form.querySelector('#answer-uploaded')
  if (!line) return
  const link = line.querySelector('a')
  line.hidden = !given.file
  link.textContent = given.name || ''
  link.href = given.file ? link.dataset.root + encodeURIComponent(given.file) : '#soal'
}

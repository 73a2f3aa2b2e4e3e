// Between a question's form and the response that is stored, in both directions.

export function readForm (form) {
  const response = {}
  for (const field of form.querySelectorAll('#question [name]')) {
    const { name, value, type } = field
    if (name.startsWith('pairs-')) {
      if (value) response.pairs = Object.assign(response.pairs || {}, { [name.slice(6)]: value })
    } else if (type === 'checkbox') {
      if (field.checked) response.choices = (response.choices || []).concat(value)
    } else if (type === 'radio') {
      if (field.checked) response[name] = name === 'value' ? value === 'true' : value
    } else if (value.trim()) {
      response[name] = value
    }
  }
  return Object.keys(response).length ? response : null
}

export function fillForm (form, response) {
  const given = response || {}
  for (const field of form.querySelectorAll('#question [name]')) {
    const { name, type } = field
    if (name.startsWith('pairs-')) {
      field.value = (given.pairs || {})[name.slice(6)] || ''
    } else if (type === 'checkbox') {
      field.checked = (given.choices || []).includes(field.value)
    } else if (type === 'radio') {
      field.checked = String(given[name]) === field.value
    } else {
      field.value = given[name] || ''
    }
  }
}

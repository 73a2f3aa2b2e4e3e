// Inside Safe Exam Browser: hands over what it signs this page's address with.
//
// Old versions fill the two values only after updateKeys() was called; newer
// ones have them from the start. In any other browser nothing happens.

const form = document.getElementById('seb-proof')
const security = window.SafeExamBrowser && window.SafeExamBrowser.security

function send () {
  form.elements.config_key.value = security.configKey || ''
  form.elements.browser_exam_key.value = security.browserExamKey || ''
  form.submit()
}

if (form && security) {
  if (security.configKey) send()
  else if (security.updateKeys) security.updateKeys(send)
}

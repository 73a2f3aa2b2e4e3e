// style.scss -> lsp/static/css/site.css; js/site.js, js/sitting/, js/room/, js/seb/, js/leaving/ -> lsp/static/js/.
// Run by assets/build. Sass compiles, adapt() below makes govuk-frontend ours
// and drops what no template uses, esbuild minifies. Same input, same bytes.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

import * as esbuild from 'esbuild'
import * as sass from 'sass'

const here = dirname(fileURLToPath(import.meta.url))
const out = join(here, '..', 'lsp', 'static')

// gzip -9, in bytes. The build fails beyond these (design/interface.md, 5).
const BUDGET = {
  'css/site.css': 13 * 1024,
  'js/site.js': 6.5 * 1024,
  // 9 KB until it also said what is unsent at zero and when frozen, what is too long to be kept, and
  // let letters be switched off; 10 KB until it also hid the exam from whoever sits down next, kept
  // answers chosen before the server was reached, and remembered pauses and notes over a reload; 12 KB
  // until it also kept two tabs apart on one disk and showed what another device's answer counts
  // instead. All of it must be on the device when the network is gone.
  'js/sitting.js': 13 * 1024,
  'js/room.js': 2 * 1024,
  'js/seb.js': 1024,
  'js/leaving.js': 1024
}

// Phones with Android 8 WebView and newer; no CSS nesting, no `inset`.
const BROWSERS = ['chrome61', 'firefox60', 'safari11.1']

// govuk-frontend's functional colours -> our custom properties.
const GOVUK_COLOURS = {
  brand: 'brand',
  text: 'text',
  'template-background': 'page',
  'body-background': 'surface',
  'print-text': 'text',
  'secondary-text': 'muted',
  focus: 'focus',
  'focus-text': 'text',
  error: 'negative',
  success: 'positive',
  border: 'border',
  'input-border': 'input',
  hover: 'border',
  link: 'brand',
  'link-visited': 'visited',
  'link-hover': 'brand-dark',
  'link-active': 'text',
  'surface-background': 'surface',
  'surface-text': 'text',
  'surface-border': 'border'
}

// govuk-frontend's fixed palette colours, where a component uses one.
const GOVUK_PALETTE = {
  '#f3f3f3': 'var(--lsp-page)',
  '#cecece': 'var(--lsp-border)',
  '#1d70b8': 'var(--lsp-brand)',
  '#0f7a52': 'var(--lsp-positive)',
  '#651b1b': 'var(--lsp-negative)',
  '#083d29': 'var(--lsp-positive)'
}

// Selectors of govuk-frontend that no template uses, or that only help
// browsers we do not serve. Matched against each selector of a rule.
const UNUSED = [
  /govuk-file-upload-(button|wrapper)|govuk-drop-zone/, // its script is not bundled
  /govuk-(radios|checkboxes)--small/, // 24px: our targets are 44px
  /govuk-(back-link|breadcrumbs|service-navigation)--inverse/,
  /govuk-link--(text-colour|no-underline)|govuk-link-image/,
  /govuk-main-wrapper--|govuk-exit-this-page/,
  /govuk-grid-column-.*-from-desktop|govuk-grid-column-(three-quarters|one-quarter)/,
  /govuk-\\!-width-(three-quarters|one-quarter)/,
  /govuk-(label|fieldset__legend|table__caption)--xl|govuk-input--extra-letter-spacing/,
  /govuk-section-break--xl|govuk-clearfix|govuk-visually-hidden-focusable/,
  /-moz-focus-inner|::-ms-|x:-moz-any-link|\.govuk-select option/,
  /govuk-password-input__input/,
  /govuk-summary-list(__row)?--no-border/
]

// Declarations and conditions that our base style makes needless.
const NEEDLESS_DECLARATION = /^(-webkit-font-smoothing|-moz-osx-font-smoothing|text-decoration-skip(-ink)?|-webkit-text-decoration-skip(-ink)?|-webkit-box-decoration-break|box-decoration-break|word-wrap|font-family: *inherit)/
const NEEDLESS_CONDITION = /screen *\\0|min-width: *0\\0|-ms-high-contrast: *(active|none)\) *(,|$)|caret-color|text-wrap: balance/

function parse (css) {
  let i = 0
  const block = () => {
    const nodes = []
    let text = ''
    while (i < css.length) {
      const c = css[i]
      if (c === '"' || c === "'") {
        const end = css.indexOf(c, i + 1) + 1 // no escaped quotes in our input
        text += css.slice(i, end)
        i = end
      } else if (c === '\\') {
        text += css.slice(i, i + 2)
        i += 2
      } else if (css.startsWith('/*', i)) {
        i = css.indexOf('*/', i) + 2
      } else if (c === '{') {
        i++
        nodes.push({ head: text.trim(), body: block() })
        text = ''
      } else if (c === '}' || c === ';') {
        i++
        if (text.trim()) nodes.push(text.trim())
        text = ''
        if (c === '}') return nodes
      } else {
        text += c
        i++
      }
    }
    return nodes
  }
  return block()
}

const splitSelectors = (head) => head.split(/,(?![^(]*\))/).map((s) => s.trim())

function adapt (nodes, within = '') {
  return nodes.flatMap((node) => {
    if (typeof node === 'string') {
      return NEEDLESS_DECLARATION.test(node) && !within.startsWith('.govuk-template') ? [] : [node]
    }
    let { head, body } = node
    if (head.startsWith('@')) {
      if (NEEDLESS_CONDITION.test(head)) return []
      if (/^@supports \(\(?(-webkit-)?(position|border-width|padding)/.test(head)) {
        return head.includes('position') ? [] : adapt(body)
      }
      if (head.startsWith('@supports not (-ms-ime-align')) return adapt(body)
    } else {
      head = splitSelectors(head).filter((s) => !UNUSED.some((u) => u.test(s))).join(',')
      if (!head || head === ':root' && /^--govuk-frontend-version/.test(body[0])) return []
    }
    body = adapt(body, head)
    return body.length ? [{ head, body }] : []
  })
}

// Neighbouring blocks with the same condition become one.
function merge (nodes) {
  const merged = []
  for (const node of nodes) {
    const last = merged[merged.length - 1]
    if (last && node.head && node.head.startsWith('@media') && last.head === node.head) {
      last.body.push(...node.body)
    } else {
      merged.push(node)
    }
  }
  return merged
}

const print = (nodes) => nodes.map((n) =>
  typeof n === 'string' ? n + ';' : `${n.head}{${print(n.body)}}`).join('\n')

function recolour (css) {
  css = css.replace(/var\(--govuk-([a-z-]+)-colour, [^()]+?\)/g, (_, name) => {
    if (!GOVUK_COLOURS[name]) throw new Error(`no colour of ours for govuk-frontend's "${name}"`)
    return `var(--lsp-${GOVUK_COLOURS[name]})`
  })
  for (const [from, to] of Object.entries(GOVUK_PALETTE)) css = css.replaceAll(from, to)
  return css
}

function write (name, text) {
  const gz = gzipSync(text, { level: 9 }).length
  const file = join(out, name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  console.log(`${name}: ${Buffer.byteLength(text)} bytes, ${gz} gzipped (at most ${BUDGET[name]})`)
  if (gz > BUDGET[name]) {
    console.error(`${name} is over its budget`)
    process.exitCode = 1
  }
}

const licence = (version) =>
  `/*! Contains parts of govuk-frontend ${version}, MIT, (C) 2017 Crown Copyright; see vendor/LICENSES.txt */\n`

const { version } = JSON.parse(
  readFileSync(join(here, 'node_modules', 'govuk-frontend', 'package.json'), 'utf8'))

// Style
const compiled = sass.compile(join(here, 'style.scss'), {
  loadPaths: [here, join(here, 'node_modules', 'govuk-frontend', 'dist')],
  charset: false,
  quietDeps: true
})
const adapted = recolour(print(merge(adapt(parse(compiled.css)))))
const minified = esbuild.transformSync(adapted, {
  loader: 'css', minify: true, target: BROWSERS, legalComments: 'none', logLevel: 'warning'
})
if (/url\(|@import|@font-face|GDS|crown|crest/i.test(minified.code)) {
  throw new Error('site.css must carry no font, picture or import')
}
write('css/site.css', licence(version) + minified.code)

// Scripts: ours, with govuk-frontend's components in site.js only
const script = (entry) => esbuild.buildSync({
  entryPoints: [join(here, 'js', entry)],
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2017',
  legalComments: 'none',
  write: false,
  logLevel: 'warning'
}).outputFiles[0].text
write('js/site.js', licence(version) + script('site.js'))
write('js/sitting.js', script('sitting/main.js'))
write('js/room.js', script('room/main.js'))
write('js/seb.js', script('seb/main.js'))
write('js/leaving.js', script('leaving/main.js'))

// Development aid: node build.mjs --palette lists fixed colours left in the CSS.
if (process.argv.includes('--palette')) {
  const count = {}
  for (const hex of minified.code.match(/#[0-9a-f]{3,8}\b/g)) count[hex] = (count[hex] || 0) + 1
  console.log(count)
}

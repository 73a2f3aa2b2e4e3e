// On the page after signing out: a shared computer keeps nothing of an exam, except the answers
// that the server does not have yet. The exam's own scripts are in ../sitting/.

import { dropExams } from '../device.js'

dropExams().then((unsent) => { document.getElementById('unsent').hidden = !unsent })

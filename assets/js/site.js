// Marks the page as running a script (govuk-frontend's styles and components
// wait for these classes; done here because the Content-Security-Policy allows
// no inline script), then starts the few components that need one.
//
// Loaded with <script type="module" src="…/js/site.js"></script>. A module is
// deferred, so the body is there. Every page works without it. The exam page
// does not load it: it has its own scripts and a budget for them.

import { Button } from 'govuk-frontend/dist/govuk/components/button/button.mjs'
import { CharacterCount } from 'govuk-frontend/dist/govuk/components/character-count/character-count.mjs'
import { Checkboxes } from 'govuk-frontend/dist/govuk/components/checkboxes/checkboxes.mjs'
import { ErrorSummary } from 'govuk-frontend/dist/govuk/components/error-summary/error-summary.mjs'
import { NotificationBanner } from 'govuk-frontend/dist/govuk/components/notification-banner/notification-banner.mjs'
import { PasswordInput } from 'govuk-frontend/dist/govuk/components/password-input/password-input.mjs'
import { Radios } from 'govuk-frontend/dist/govuk/components/radios/radios.mjs'
import { ServiceNavigation } from 'govuk-frontend/dist/govuk/components/service-navigation/service-navigation.mjs'
import { SkipLink } from 'govuk-frontend/dist/govuk/components/skip-link/skip-link.mjs'
import { dropExams, isAnothers } from './device.js'

document.body.classList.add('js-enabled', 'govuk-frontend-supported')

for (const Component of [
  Button,
  CharacterCount,
  Checkboxes,
  ErrorSummary,
  NotificationBanner,
  PasswordInput,
  Radios,
  ServiceNavigation,
  SkipLink
]) {
  for (const root of document.querySelectorAll(`[data-module="${Component.moduleName}"]`)) {
    try {
      new Component(root)
    } catch (error) {
      // One badly marked-up component must not stop the others.
      console.error(error)
    }
  }
}

// The computer of an exam room: whoever signs in next finds nothing of the exam before.
if (isAnothers()) dropExams()

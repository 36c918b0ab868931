// The page where posts are written: show the preview in place, and ask before a text is lost.

const form = document.querySelector('form.edit')
let unsaved = Boolean(form.querySelector('[aria-invalid], [role=alert]'))

form.addEventListener('input', () => (unsaved = true))

addEventListener('beforeunload', (event) => unsaved && event.preventDefault())

form.addEventListener('submit', async (event) => {
  const button = event.submitter
  if (button?.id !== 'preview-button') {
    unsaved = false
    return
  }
  event.preventDefault()
  const shown = document.querySelector('#preview')
  shown.hidden = false
  try {
    shown.replaceWith(await preview(button.formAction))
  } catch {
    shown.textContent =
      'No preview: is the text empty, or did you sign out? What you typed is still here.'
  }
  document.querySelector('#preview').focus()
})

async function preview(url) {
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(new FormData(form)) })
  if (!answer.ok) throw new Error(answer.status)
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
  return document.adoptNode(page.querySelector('#preview'))
}

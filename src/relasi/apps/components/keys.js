// A text that is still being typed is handed over before the shortcut of a button is carried out.
let listening = false

export default function () {
  if (listening) return
  listening = true
  stepOnce()
  document.addEventListener("keydown", event => {
    if (!(event.ctrlKey || event.metaKey) || !["s", "S", "Enter"].includes(event.key)) return
    // An open calendar keeps what was typed until somebody clicks beside it.
    const calendar = document.querySelector('[data-testid="stDateInputCalendar"], [data-testid="stDateTimeInputCalendar"]')
    if (calendar) document.body.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }))
    document.activeElement?.blur()
  }, true)
}

const previews = new Map() // signatures that were only just made, by the id of their file
const PAUSE = 350 // milliseconds without a stroke after which a signature is kept

export default component => standing(component, build)

function build() {
  let component, begun = false, held = null, drawing = false, arriving = false, strokes = 0, kept = 0, turn = 0, wait = null, message = ""
  const name = named()
  const canvas = make("canvas", "")
  const image = make("img", "")
  const line = make("div", "line")
  const clear = make("button", "")
  const status = make("span", "")
  clear.type = "button"
  status.setAttribute("role", "status")
  canvas.setAttribute("role", "img")
  const field = make("div", "field", name.caption, name.help, make("div", "paper", image, line, canvas), make("div", "foot", clear, status))
  const pen = canvas.getContext("2d")

  canvas.onpointerdown = event => {
    if (event.button) return
    event.preventDefault()
    canvas.setPointerCapture(event.pointerId)
    if (!strokes) fit("#fff")
    drawing = true
    strokes++
    turn++
    clearTimeout(wait)
    if (!arriving) { arriving = true; tell() }
    pen.beginPath()
    pen.moveTo(event.offsetX, event.offsetY)
    pen.lineTo(event.offsetX + .1, event.offsetY)
    pen.stroke()
    show()
  }
  canvas.onpointermove = event => {
    if (!drawing) return
    for (const each of event.getCoalescedEvents?.() ?? [event]) pen.lineTo(each.offsetX, each.offsetY)
    pen.stroke()
  }
  canvas.onpointerup = canvas.onpointercancel = () => {
    if (!drawing) return
    drawing = false
    wait = setTimeout(keep, PAUSE)
  }
  canvas.onpointerleave = () => { if (!drawing && strokes > kept) keep() }
  clear.onclick = () => {
    clearTimeout(wait)
    strokes = kept = 0
    held = null
    message = ""
    turn++
    fit("transparent")
    show()
    arriving = false
    tell()
  }

  // From here on this is what counts: an answer of the page may be older than what was done meanwhile.
  function begin(files) {
    begun = true
    held = files.find(file => !file.arriving) ?? null
    if (files.some(file => file.arriving)) tell() // what was on its way when the page was left has not arrived
  }

  function tell() {
    component.setStateValue("value", arriving ? [{ arriving: true }] : held ? [held] : [])
  }

  // The paper is white in every theme, and its picture as sharp as the screen.
  function fit(paper) {
    const sharp = Math.max(devicePixelRatio, 2)
    canvas.width = canvas.clientWidth * sharp
    canvas.height = canvas.clientHeight * sharp
    pen.fillStyle = paper
    pen.fillRect(0, 0, canvas.width, canvas.height)
    pen.scale(sharp, sharp)
    Object.assign(pen, { lineWidth: 2.2, lineCap: "round", lineJoin: "round", strokeStyle: "#1b2a4a" })
  }

  function take(next) {
    component = next
    const { data } = component
    if (!begun) begin(data.value)
    name.tell(data)
    canvas.setAttribute("aria-label", data.label)
    show()
  }

  function show() {
    const { data } = component
    const picture = held && !strokes ? previews.get(held.id) ?? (data.folder ? data.folder + held.id : null) : null
    image.hidden = !picture
    canvas.hidden = Boolean(picture)
    line.hidden = Boolean(picture) || strokes > 0
    line.textContent = `✕  ${data.words.sign}`
    if (picture) {
      image.src = picture
      image.alt = data.label
    }
    clear.textContent = picture ? data.words.sign_again : data.words.clear
    clear.hidden = !held && !strokes
    status.className = message ? "wrong" : ""
    status.textContent = message || (strokes > kept ? data.words.sending : strokes ? data.words.signed : "")
  }

  function keep() {
    clearTimeout(wait)
    const [made, mine] = [strokes, turn]
    canvas.toBlob(async blob => {
      const sent = await post(component.data, blob, "signature.png")
      if (mine !== turn) return // it went on meanwhile
      message = sent.message ?? ""
      held = sent.file ?? null
      if (held) {
        kept = made
        previews.set(held.id, URL.createObjectURL(blob))
      }
      arriving = false
      tell()
      show()
    }, "image/png")
  }

  return { take, tell, field, isSending: () => arriving }
}

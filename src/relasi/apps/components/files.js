const previews = new Map() // pictures that were only just sent, by the id of their file

export default component => standing(component, build)

function build() {
  let component, held = null, sending = 0, wrong = []
  const name = named()
  const list = make("ul", "held")
  const input = make("input", "hidden-text")
  const label = make("label", "", input)
  const drop = make("span", "drop")
  const more = make("div", "more", label, drop)
  const zone = make("div", "zone", list, more)
  const problems = make("div", "")
  const status = make("span", "hidden-text")
  input.type = "file"
  status.setAttribute("role", "status")
  problems.setAttribute("role", "alert")
  const field = make("div", "field", name.caption, name.help, zone, problems, status)

  input.onchange = () => {
    send([...input.files])
    input.value = ""
  }
  zone.ondragover = event => { event.preventDefault(); zone.classList.add("over") }
  zone.ondragleave = () => zone.classList.remove("over")
  zone.ondrop = event => {
    event.preventDefault()
    zone.classList.remove("over")
    send([...event.dataTransfer.files])
  }

  function take(next) {
    component = next
    const { data } = component
    if (!held) begin(data.value)
    name.tell(data)
    input.accept = data.accept
    input.multiple = data.most > 1
    input.setAttribute("aria-label", data.label)
    input.setAttribute("aria-required", data.required)
    list.classList.toggle("large", data.pictured)
    show()
  }

  // From here on this is what counts: an answer of the page may be older than what was done meanwhile.
  function begin(files) {
    held = files.filter(file => !file.arriving)
    if (held.length < files.length) tell() // what was on its way when the page was left has not arrived
  }

  function tell() {
    component.setStateValue("value", [...held, ...Array(sending).fill({ arriving: true })])
  }

  function show() {
    const { data } = component
    list.replaceChildren(...held.map(item))
    for (let n = 0; n < sending; n++) list.append(make("li", "", make("span", "called soft", data.words.sending)))
    more.hidden = data.most > 1 && held.length + sending >= data.most
    label.replaceChildren(input, icon("attach_file"), data.words.add)
    drop.textContent = data.words.drop
    problems.replaceChildren(...wrong.map(text => make("p", "wrong", text)))
    status.textContent = sending ? data.words.sending : ""
  }

  function item(file) {
    const { data } = component
    const kept = data.folder && !previews.has(file.id) ? data.folder + file.id : null
    const picture = previews.get(file.id) ?? (kept && file.shown ? `${kept}?small=1` : null)
    const shown = picture && make("img", "")
    if (shown) {
      shown.src = picture
      shown.alt = ""
    }
    const called = kept ? fileLink(kept, "", file.name) : make("span", "", file.name)
    const away = make("button", "", icon("close"))
    away.type = "button"
    away.setAttribute("aria-label", data.words.remove.replace("{name}", file.name))
    away.onclick = () => {
      wrong = []
      give(held.filter(each => each.id !== file.id))
    }
    return make("li", "", shown ?? icon("draft"), make("span", "called", called), make("span", "note", file.note), away)
  }

  // One after the other, so that they stand in the order in which they were chosen.
  async function send(files) {
    const { data } = component
    const room = data.most > 1 ? data.most - held.length - sending : 1
    const fitting = files.slice(0, Math.max(room, 0))
    wrong = []
    sending += fitting.length
    tell()
    show()
    for (const file of fitting) await one(file)
  }

  async function one(file) {
    const { data } = component
    const is_fit = file.size <= data.largest
    const sent = is_fit ? await post(data, file, file.name) : { message: data.words.too_large }
    sending--
    if (sent.file) {
      if (sent.file.shown) previews.set(sent.file.id, URL.createObjectURL(file))
      give(component.data.most > 1 ? [...held, sent.file] : [sent.file])
    } else {
      wrong.push(`${file.name}: ${sent.message}`)
      give(held)
    }
  }

  function give(files) {
    held = files
    show()
    tell()
  }

  return { take, tell, field, isSending: () => sending > 0 }
}

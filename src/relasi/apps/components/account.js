export default function ({ data, parentElement }) {
  const out = make("button", "out", icon("logout"))
  out.setAttribute("aria-label", data.sign_out)
  out.title = data.sign_out
  const form = make("form", "", out)
  form.method = "post"
  form.action = "/sign-out"
  const face = make("span", "face", data.initials)
  face.setAttribute("aria-hidden", "true")
  const who = make("span", "who", make("b", "", data.name), make("span", "soft", data.role))
  parentElement.querySelector(".root").replaceChildren(make("div", "me", face, who, form))
}

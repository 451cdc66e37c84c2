// A NocoDB for the tests. It ends by itself when none of the processes is left that put their number into USERS.
const fs = require('fs')
const { createRequire } = require('module')

const { NOCODB_HOME, PORT, USERS } = process.env
const from = createRequire(`${NOCODB_HOME}/package.json`)
const application = from('express')()
const { Noco } = from('nocodb')
const server = application.listen(Number(PORT), '127.0.0.1', async () => {
  application.use(await Noco.init({}, server, application))
})

function lives(pid) {
  try {
    process.kill(Number(pid), 0)
    return true
  } catch {
    return false
  }
}

setInterval(() => fs.readdirSync(USERS).some(lives) || process.exit(), 500)

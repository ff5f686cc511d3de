// Makes what is missing (replica set, administrator, the application's user) and ends with 0 when this server is
// primary. MongoDB lets a client on the same machine do the first two as long as there is no user at all.
const fs = require("fs");

const secret = (name) => fs.readFileSync(`/run/secrets/${name}`, "utf8").replace(/\r?\n$/, "");
const admin = db.getSiblingDB("admin");
const application = db.getSiblingDB("nameit");

const AUTHENTICATION_FAILED = 18;
const USER_NOT_FOUND = 11;

function signIn() {
  try {
    return admin.auth("root", secret("mongo_root_password")).ok === 1;
  } catch (error) {
    if (error.code === AUTHENTICATION_FAILED || error.code === USER_NOT_FOUND) return false;
    throw error;
  }
}

function stop(why) {
  print(`not ready: ${why}`);
  quit(1);
}

const known = signIn();
if (!admin.hello().setName) {
  // With users there must be a replica set, too: this one only waits for its configuration to be read.
  if (known) stop("the replica set is starting");
  rs.initiate({ _id: "rs0", members: [{ _id: 0, host: "mongo:27017" }] });
}
if (!admin.hello().isWritablePrimary) stop("no primary yet");
if (!known) {
  try {
    admin.createUser({ user: "root", pwd: secret("mongo_root_password"), roles: ["root"] });
  } catch (error) {
    stop(`the secret mongo_root_password is not that of this database's user root (${error.codeName})`);
  }
  if (!signIn()) stop("the administrator was made a moment ago");
}
// It may read and write its own database, and nothing else.
if (!application.getUser("nameit")) {
  application.createUser({
    user: "nameit",
    pwd: secret("mongo_password"),
    roles: [{ role: "readWrite", db: "nameit" }],
  });
}

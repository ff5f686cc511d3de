// Gives a user another password. On the standard input: {"user": …, "database": …, "password": …}
const fs = require("fs");

const wanted = JSON.parse(fs.readFileSync(0, "utf8"));
const root = fs.readFileSync("/run/secrets/mongo_root_password", "utf8").replace(/\r?\n$/, "");

db.getSiblingDB("admin").auth("root", root);
db.getSiblingDB(wanted.database).updateUser(wanted.user, { pwd: wanted.password });

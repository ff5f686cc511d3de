// Gives the application's user the password that the secret `mongo_password` holds now.
const fs = require("fs");

const secret = (name) => fs.readFileSync(`/run/secrets/${name}`, "utf8").replace(/\r?\n$/, "");

db.getSiblingDB("admin").auth("root", secret("mongo_root_password"));
db.getSiblingDB("nameit").updateUser("nameit", { pwd: secret("mongo_password") });
print("the user nameit has the password of the secret mongo_password");

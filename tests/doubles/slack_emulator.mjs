// Starts npm's `emulate` for Slack on loopback alone: node slack_emulator.mjs DIST_API_JS PORT.
// It would listen on all interfaces, so every server of this process is bound to 127.0.0.1.
import net from "node:net";
import { pathToFileURL } from "node:url";

const [path, port] = process.argv.slice(2);
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (where, ...rest) {
  const then = rest.find((one) => typeof one === "function");
  return listen.call(this, { port: Number(where?.port ?? where), host: "127.0.0.1" }, then);
};

const { createEmulator } = await import(pathToFileURL(path));
const token = {
  token: "xoxb-of-an-emulator",
  type: "bot",
  user: "developer",
  scopes: ["chat:write", "files:write", "im:history", "im:write", "users:read", "users:read.email"],
};
await createEmulator({
  service: "slack",
  port: Number(port),
  baseUrl: `http://127.0.0.1:${port}`,
  seed: {
    slack: {
      users: [
        { name: "developer", real_name: "Developer", email: "dev@example.com" },
        { name: "ana", real_name: "Ana Ruiz", email: "ana.ruiz@example.com" },
      ],
      bots: [{ name: "freewhen" }],
      tokens: [token],
      strict_scopes: true,
    },
  },
});
console.log("ready");

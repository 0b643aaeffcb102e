package dev.theca.broker;

import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.kbs.Kbs;

/** An HTTP answer: status, JSON body, and the session cookie to set (empty for none). */
record Reply(int status, byte[] body, String cookie) {
  static Reply ok(JsonObject json) {
    return new Reply(200, Json.write(json), "");
  }

  static Reply empty() {
    return new Reply(200, new byte[0], "");
  }

  static Reply error(int status, String variant, String detail) {
    return new Reply(status, Json.write(Kbs.error(variant, detail)), "");
  }

  Reply with(String sessionId) {
    return new Reply(status, body, sessionId);
  }
}

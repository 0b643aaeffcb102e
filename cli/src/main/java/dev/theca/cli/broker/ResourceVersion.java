package dev.theca.cli.broker;

import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;

/** A version of a resource in words. */
final class ResourceVersion {
  private ResourceVersion() {}

  static int said(Talk talk, ResourcePath name, JsonObject info) throws IOException {
    var words = new StringBuilder(name + " version " + info.integer("version").orElse(0L));
    boolean revoked = info.bool("revoked").orElse(false);
    words.append(revoked ? " is revoked" : " is given");
    if (!revoked) info.string("expires").ifPresent(at -> words.append(" until ").append(at));
    info.string("generated").ifPresent(how -> words.append(", generated as ").append(how));
    info.object("public-key")
        .ifPresent(key -> words.append("\npublic key: ").append(Json.text(key)));
    return talk.say(info, words.toString());
  }
}

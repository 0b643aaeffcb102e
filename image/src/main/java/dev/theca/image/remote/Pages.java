package dev.theca.image.remote;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.Limits;
import java.io.IOException;
import java.net.URI;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A list that comes in pages, each naming the next (RFC 8288, {@code Link: <...>; rel="next"}). */
final class Pages {
  private static final int MAX_PAGES = 256;
  private static final int MAX_BYTES = 4 << 20;
  private static final Pattern NEXT =
      Pattern.compile("<([^<>]{1,4096})>\\s*;\\s*rel=\"?next\"?", Pattern.CASE_INSENSITIVE);

  private Pages() {}

  /** What a page is: the document and the answer's fields. Refused when the reader refuses it. */
  interface Page {
    Outcome<Boolean> read(JsonObject document, Answer answer);
  }

  /** {@code other} says what an answer means that is not 200; its outcome ends the list. */
  static Outcome<Boolean> read(
      Repository place,
      String first,
      String what,
      Page page,
      Function<Answer, Outcome<Boolean>> other) {
    String target = "/v2/" + place.name() + "/" + first;
    for (int count = 0; !target.isEmpty(); count++) {
      if (count == MAX_PAGES)
        return place.host().no(what, "at most " + MAX_PAGES + " pages", "more");
      var outcome = place.host().send(Call.of("GET", target, place.scope()));
      if (!(outcome instanceof Outcome.Granted<Answer>(var answer))) return outcome.map(a -> false);
      try (answer) {
        if (answer.status() != 200) return other.apply(answer);
        byte[] bytes = answer.bytes(MAX_BYTES, place.host().settings().timeouts().document());
        if (bytes.length > MAX_BYTES)
          return place.host().no(what, "pages of at most " + MAX_BYTES + " bytes", "more");
        var read =
            Json.object(bytes, Limits.DEFAULT.withBytes(MAX_BYTES))
                .then(json -> page.read(json, answer));
        if (read instanceof Outcome.Refused<Boolean> no) return no.as();
        var next = next(answer);
        if (next == null)
          return place.host().no("next page of " + what, "the same host", "another");
        target = next;
      } catch (IOException e) {
        throw place.fault(what, e);
      }
    }
    return Outcome.granted(true);
  }

  /** Empty at the end; null when the registry leads elsewhere. */
  private static @org.jspecify.annotations.Nullable String next(Answer answer) {
    for (String field : answer.headers().allValues("Link")) {
      Matcher link = NEXT.matcher(field);
      if (!link.find()) continue;
      try {
        URI to = answer.uri().resolve(link.group(1));
        boolean here = to.getHost() != null && Origin.same(answer.uri(), to);
        if (!here) return null;
        String query = to.getRawQuery() == null ? "" : "?" + to.getRawQuery();
        return to.getRawPath() + query;
      } catch (IllegalArgumentException e) {
        return null;
      }
    }
    return "";
  }
}

package dev.theca.broker.plugin;

import dev.theca.broker.admin.Fields;
import dev.theca.broker.http.Answer;
import dev.theca.broker.plugin.AnchorBook.Anchor;
import dev.theca.broker.spi.Plugin;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.json.Limits;
import dev.theca.wire.kbs.Kbs;
import java.util.regex.Pattern;

/**
 * Volume anchors for attested agents, so that a volume's freshness outlives its agent: {@code GET
 * /anchor/VOLUME} answers {@code {"sequence":7,"chain":"<64 hex>"}} or 404; {@code PUT} or {@code
 * POST} with {@code {"expected":"new"|{..},"next":{..}}} advances it, or answers 409 with {@code
 * expected} and {@code found}. A volume belongs to the owner whose identity the token's claims make
 * by the template {@code owner}; what one owner calls by a name is not what another does.
 */
final class AnchorPlugin implements Plugin {
  private static final Pattern VOLUME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}");
  private static final Pattern CHAIN = Pattern.compile("[0-9a-f]{64}");
  private static final Limits LIMITS = Limits.DEFAULT.withBytes(4096).withDepth(4);

  private final AnchorBook book;
  private final ClaimTemplate owner;

  AnchorPlugin(AnchorBook book, ClaimTemplate owner) {
    this.book = book;
    this.owner = owner;
  }

  static Outcome<Plugin> of(Fields settings, AnchorBook book) {
    String text = settings.text("owner", "{tee}:{measurement}");
    var owner = ClaimTemplate.parse(text);
    settings.take(owner.map(t -> text), text);
    return settings.make(() -> owner.map(template -> new AnchorPlugin(book, template)));
  }

  @Override
  public String name() {
    return "anchor";
  }

  @Override
  public boolean needsAdmin(Call call) {
    return false;
  }

  @Override
  public boolean encrypts(Call call) {
    return false;
  }

  @Override
  public Answer handle(Call call) {
    if (call.path().size() != 1 || !VOLUME.matcher(call.path().getFirst()).matches())
      return Answers.bad("a volume's name has up to 128 letters, digits, dots, dashes");
    return switch (owner.fill(call.tokenClaims().orElse(JsonObject.builder().build()))) {
      case Outcome.Refused<String>(var reasons) -> Answers.refused(403, reasons);
      case Outcome.Granted<String>(String who) -> handle(call, who, call.path().getFirst());
    };
  }

  private Answer handle(Call call, String who, String volume) {
    return switch (call.method()) {
      case "GET" ->
          book.read(who, volume)
              .map(anchor -> Answer.json(json(anchor)))
              .orElseGet(() -> Answers.missing("no anchor of volume " + volume));
      case "PUT", "POST" ->
          switch (Json.object(call.body(), LIMITS).then(Move::read)) {
            case Outcome.Refused<Move>(var reasons) -> Answers.refused(400, reasons);
            case Outcome.Granted<Move>(Move move) -> advance(who, volume, move);
          };
      default -> Answers.unknown(name());
    };
  }

  private Answer advance(String who, String volume, Move move) {
    var step =
        book.advance(
            who,
            volume,
            move.expected().sequence(),
            move.expected().chain(),
            move.next().sequence(),
            move.next().chain());
    return switch (step) {
      case AnchorBook.Step.Advanced() -> Answer.json(json(move.next()));
      case AnchorBook.Step.Moved(var found) -> {
        var body = JsonObject.builder();
        Kbs.error("AnchorMoved", "the volume is at another anchor").members().forEach(body::put);
        body.put("expected", orNew(move.expected())).put("found", orNew(found.orElse(Anchor.NEW)));
        var moved = Answer.json(body.build());
        yield new Answer(409, moved.contentType(), moved.headers(), moved.body());
      }
    };
  }

  private static JsonObject json(Anchor anchor) {
    return JsonObject.builder()
        .put("sequence", anchor.sequence())
        .put("chain", anchor.chain())
        .build();
  }

  private static JsonValue orNew(Anchor anchor) {
    return anchor.equals(Anchor.NEW) ? new JsonString("new") : json(anchor);
  }

  private record Move(Anchor expected, Anchor next) {
    static Outcome<Move> read(JsonObject json) {
      if (json.members().size() != 2) return bad("members other than expected and next");
      var expected =
          json.string("expected").filter("new"::equals).isPresent()
              ? Outcome.granted(Anchor.NEW)
              : json.requireObject("expected").then(Move::anchor);
      return expected.then(
          from ->
              json.requireObject("next")
                  .then(Move::anchor)
                  .then(
                      to ->
                          to.sequence() > from.sequence()
                              ? Outcome.granted(new Move(from, to))
                              : bad("a next sequence that is not greater")));
    }

    private static Outcome<Anchor> anchor(JsonObject json) {
      return json.requireInteger("sequence")
          .then(
              sequence ->
                  json.requireString("chain")
                      .then(
                          chain ->
                              sequence >= 0
                                      && CHAIN.matcher(chain).matches()
                                      && json.members().size() == 2
                                  ? Outcome.granted(new Anchor(sequence, chain))
                                  : bad("another anchor")));
    }

    private static <T> Outcome<T> bad(String found) {
      return PluginCode.BAD_ANCHOR.refuse(
          "anchor",
          "{expected: \"new\" or anchor, next: anchor}, each {sequence, chain of 64 hex digits}",
          found,
          "correct the request");
    }
  }
}

package dev.theca.broker.setup;

import dev.theca.broker.admin.AdminSettings;
import dev.theca.broker.admin.Fields;
import dev.theca.broker.gramine.ProvisioningSettings;
import dev.theca.broker.http.FrontConfig;
import dev.theca.broker.policy.Budget;
import dev.theca.broker.reference.ReferenceSettings;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The broker's configuration, checked: every key that is not known is refused by name. {@code
 * docs/how/run-a-broker.md} lists all keys. The reference's form is read too: {@link
 * ReferenceForm}.
 *
 * @param state the folder for everything that has no other place; made with mode 0700
 * @param management where metrics and health are served; empty for nowhere
 * @param rates how much one address may ask for
 * @param budget of one evaluation of a policy
 * @param admin who administrates
 * @param gramine the listener of Gramine's secret provisioning; empty for none
 * @param plugins the tables of {@code [[plugins]]}, which the plugins read
 */
public record BrokerSettings(
    Path state,
    FrontConfig front,
    Optional<FrontConfig> management,
    RateSettings rates,
    Path adminTokenFile,
    Duration session,
    StoreSettings store,
    KekSettings kek,
    TokensSettings tokens,
    EvidenceSettings evidence,
    AdminSettings admin,
    ReferenceSettings references,
    RecordingSettings recordings,
    Budget budget,
    ResourceSettings resources,
    AuditSettings audit,
    ServiceSettings service,
    MeterSettings meter,
    List<JsonObject> plugins,
    Optional<ProvisioningSettings> gramine) {
  public BrokerSettings {
    plugins = List.copyOf(plugins);
  }

  /** Reads the configuration; refused with everything that is wrong in it. */
  public static Outcome<BrokerSettings> parse(JsonObject json) {
    return ReferenceForm.is(json)
        ? ReferenceForm.translate(json).then(BrokerSettings::ours)
        : ours(json);
  }

  private static Outcome<BrokerSettings> ours(JsonObject json) {
    var fields = new Fields(SetupCode.BROKER_CONFIGURATION, "broker", json);
    Path state = Path.of(fields.text("state"));
    var front = ListenSettings.front(fields, json);
    var management = ListenSettings.management(fields);
    var rates = RateSettings.read(fields);
    Path token = Path.of(fields.text("admin_token_file", state.resolve("admin-token") + ""));
    long minutes = fields.number("session_minutes", 5, 1, 60);
    var store = StoreSettings.read(fields, state);
    var kek = KekSettings.read(fields, json, state);
    var tokens = TokensSettings.read(fields);
    var evidence = EvidenceSettings.read(fields, json);
    var admin = taken(fields, AdminSettings.parse(table(fields, json, "admin")));
    var references = taken(fields, ReferenceSettings.parse(table(fields, json, "reference")));
    var recordings = RecordingSettings.read(fields);
    var budget = EvaluationSettings.read(fields);
    var resources = ResourceSettings.read(fields);
    var audit = AuditSettings.read(fields);
    var service = ServiceSettings.read(fields);
    var meter = MeterSettings.read(fields);
    var plugins = fields.list("plugins").stream().map(item -> plugin(fields, item)).toList();
    var gramine =
        fields.has("gramine")
            ? taken(fields, ProvisioningSettings.read(table(fields, json, "gramine")))
            : Optional.<ProvisioningSettings>empty();
    if (gramine.isPresent() && !fields.has("tls"))
      fields.wrong("gramine", "the table [tls] too: clients see its certificate", "none");
    return fields.done(
        () ->
            new BrokerSettings(
                state,
                front.orElseThrow(),
                management,
                rates.orElseThrow(),
                token,
                Duration.ofMinutes(minutes),
                store.orElseThrow(),
                kek,
                tokens.orElseThrow(),
                evidence.orElseThrow(),
                admin.orElseThrow(),
                references.orElseThrow(),
                recordings.orElseThrow(),
                budget,
                resources.orElseThrow(),
                audit.orElseThrow(),
                service.orElseThrow(),
                meter.orElseThrow(),
                plugins,
                gramine));
  }

  private static JsonObject table(Fields fields, JsonObject json, String key) {
    if (!fields.has(key)) return JsonObject.builder().build();
    var table = json.object(key);
    if (table.isEmpty()) fields.wrong(key, "a table", "another value");
    return table.orElseGet(() -> JsonObject.builder().build());
  }

  /** The record of a table, where it could be read; else what was wrong is noted. */
  static <T> Optional<T> taken(Fields fields, Outcome<T> outcome) {
    return switch (outcome) {
      case Outcome.Granted<T>(var value) -> Optional.of(value);
      case Outcome.Refused<T>(var why) -> {
        fields.refuse(why);
        yield Optional.empty();
      }
    };
  }

  private static JsonObject plugin(Fields fields, JsonValue item) {
    if (item instanceof JsonObject object) return object;
    fields.wrong("plugins", "tables [[plugins]]", "another value");
    return JsonObject.builder().build();
  }
}

package dev.theca.broker.setup;

import dev.theca.broker.admin.Fields;
import dev.theca.broker.appraise.CollateralChain;
import dev.theca.broker.appraise.CollateralSettings;
import dev.theca.evidence.Channel;
import dev.theca.evidence.CollateralSource;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What evidence is judged with: {@code [collateral]}, {@code [[roots]]} of simulated platforms, and
 * {@code [anchors]} of TEEs whose keys no vendor's root vouches for.
 *
 * @param offline Intel's offline files, tried first
 * @param directories folders as {@code theca collateral} writes them, tried next
 * @param services provisioning services, then AMD's
 */
public record EvidenceSettings(
    List<Path> offline,
    List<Path> directories,
    List<URI> pccs,
    List<URI> kds,
    CollateralSettings use,
    List<Root> roots,
    List<Path> tpmKeys,
    Optional<Cca> cca,
    List<Path> csv) {
  private static final String INTEL = "https://api.trustedservices.intel.com/sgx/certification/v4/";
  private static final String AMD = "https://kdsintf.amd.com";

  /** A simulated root that is trusted under a name. */
  public record Root(String name, Path certificate) {}

  /** Stores of Arm CCA in the reference's JSON forms. */
  public record Cca(Path anchors, Path references) {}

  public EvidenceSettings {
    offline = List.copyOf(offline);
    directories = List.copyOf(directories);
    pccs = List.copyOf(pccs);
    kds = List.copyOf(kds);
    roots = List.copyOf(roots);
    tpmKeys = List.copyOf(tpmKeys);
    csv = List.copyOf(csv);
  }

  /** Reads the tables; empty when something is wrong, which is noted. */
  static Optional<EvidenceSettings> read(Fields fields, JsonObject json) {
    fields.has("collateral");
    boolean one = json.string("collateral").isPresent();
    var table =
        one
            ? new Fields(
                SetupCode.BROKER_CONFIGURATION,
                "broker.collateral",
                JsonObject.builder().put("pccs", json.string("collateral").get()).build())
            : fields.table("collateral");
    var offline = paths(table, "bundles");
    var directories = paths(table, "directories");
    // naming one place means: from there, and from nowhere else
    boolean named = table.has("pccs") || table.has("kds") || !offline.isEmpty();
    named |= !directories.isEmpty();
    var pccs = address(table, "pccs", named ? "" : INTEL);
    var kds = address(table, "kds", named ? "" : AMD);
    var use =
        new CollateralSettings(
            Duration.ofHours(table.number("max_age_hours", 24, 1, 24 * 30)),
            table.flag("allow_rollback", false),
            table.flag("require_amd_list", false),
            channel(table));
    if (!one) fields.take(table);
    var anchors = fields.table("anchors");
    var tpm = paths(anchors, "tpm_keys");
    var csv = paths(anchors, "csv");
    String ccaAnchors = anchors.text("cca_anchors", "");
    String ccaValues = anchors.text("cca_reference_values", "");
    if (ccaAnchors.isEmpty() != ccaValues.isEmpty())
      anchors.wrong("cca_anchors", "both cca_anchors and cca_reference_values", "one of them");
    fields.take(anchors);
    var cca =
        ccaAnchors.isEmpty()
            ? Optional.<Cca>empty()
            : Optional.of(new Cca(Path.of(ccaAnchors), Path.of(ccaValues)));
    return Optional.of(
        new EvidenceSettings(offline, directories, pccs, kds, use, roots(fields), tpm, cca, csv));
  }

  private static List<Path> paths(Fields table, String key) {
    return table.texts(key).stream().map(Path::of).toList();
  }

  private static List<URI> address(Fields table, String key, String otherwise) {
    String text = table.text(key, otherwise);
    if (text.isEmpty()) return List.of();
    try {
      return List.of(URI.create(text));
    } catch (IllegalArgumentException e) {
      table.wrong(key, "an address", "another text");
      return List.of();
    }
  }

  private static Channel channel(Fields table) {
    String name = table.text("channel", "standard");
    if (!name.equals("standard") && !name.equals("early"))
      table.wrong("channel", "standard or early", "another text");
    return name.equals("early") ? Channel.EARLY : Channel.STANDARD;
  }

  private static List<Root> roots(Fields fields) {
    var roots = new ArrayList<Root>();
    for (var item : fields.list("roots")) {
      var table = fields.object("roots", item);
      String name = table.text("name");
      Path certificate = Path.of(table.text("certificate"));
      if (!name.matches("sim:[a-z0-9][a-z0-9-]{0,62}"))
        table.wrong("name", "sim:NAME in small letters, digits and dashes", "another text");
      roots.add(new Root(name, certificate));
      fields.take(table);
    }
    return roots;
  }

  /** The sources in the order in which they are asked; refused when one is none. */
  public Outcome<CollateralSource> source() {
    var entries = new ArrayList<String>();
    offline.forEach(file -> entries.add("bundle:" + file));
    directories.forEach(folder -> entries.add("directory:" + folder));
    pccs.forEach(service -> entries.add(service + ""));
    kds.forEach(service -> entries.add("kds:" + service));
    return CollateralChain.of(entries);
  }
}

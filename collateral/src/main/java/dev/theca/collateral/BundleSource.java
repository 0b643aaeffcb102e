package dev.theca.collateral;

import dev.theca.evidence.Channel;
import dev.theca.evidence.CollateralSource;
import dev.theca.evidence.EvidenceType;
import dev.theca.evidence.IntelCollateral;
import dev.theca.evidence.PlatformModel;
import dev.theca.evidence.SnpEndorsement;
import dev.theca.evidence.SnpKey;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.json.Limits;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Intel's offline file of collateral, as its PCK retrieval tools and Trustee use it: one JSON
 * document with {@code collaterals}. The signed documents in it are taken by their exact bytes.
 */
public final class BundleSource implements CollateralSource {
  private static final Limits LIMITS = new Limits(64 << 20, 24, 1 << 20, 256);
  private static final String TCB = "TCB-Info-Issuer-Chain";
  private static final String QE = "SGX-Enclave-Identity-Issuer-Chain";
  private static final String CRL = "SGX-PCK-CRL-Issuer-Chain";

  private final byte[] json;
  private final JsonObject root;

  private BundleSource(byte[] json, JsonObject root) {
    this.json = json;
    this.root = root;
  }

  public static Outcome<BundleSource> of(byte[] json) {
    return Json.object(json, LIMITS)
        .then(document -> document.requireObject("collaterals"))
        .map(root -> new BundleSource(json, root));
  }

  @Override
  public Outcome<IntelCollateral> intel(PlatformModel model, Channel channel) {
    if (channel.number() > 0)
      return CollateralSource.missing(
          "collateral", "one of the editions standard and early", channel.query());
    boolean tdx = model.type() == EvidenceType.TDX;
    String early = channel.equals(Channel.EARLY) ? "_early" : "";
    int index = index(model.fmspc());
    if (index < 0)
      return CollateralSource.missing("TCB info", "one for FMSPC " + model.fmspc(), "none");
    String ca = model.ca();
    return exact("tcbinfos", index + "", (tdx ? "tdx" : "sgx") + "_tcbinfo" + early)
        .then(
            tcb ->
                exact((tdx ? "tdqeidentity" : "qeidentity") + early)
                    .then(
                        qe ->
                            text("pckcacrl", ca + "Crl")
                                .then(PcsSource::der)
                                .then(
                                    crl ->
                                        text("rootcacrl")
                                            .then(PcsSource::der)
                                            .then(rootCrl -> chains(tcb, qe, crl, rootCrl, ca)))));
  }

  private Outcome<IntelCollateral> chains(
      byte[] tcb, byte[] qe, byte[] crl, byte[] rootCrl, String ca) {
    return chain(TCB)
        .then(
            tcbChain ->
                chain(QE)
                    .then(
                        qeChain ->
                            chain(CRL, ca.toUpperCase(Locale.ROOT))
                                .map(
                                    crlChain ->
                                        new IntelCollateral(
                                            tcb, tcbChain, qe, qeChain, crl, crlChain, rootCrl))));
  }

  private int index(String fmspc) {
    var infos = root.array("tcbinfos").orElse(List.of());
    for (int i = 0; i < infos.size(); i++)
      if (infos.get(i) instanceof JsonObject one
          && one.string("fmspc").filter(fmspc::equalsIgnoreCase).isPresent()) return i;
    return -1;
  }

  private Outcome<byte[]> exact(String... path) {
    var full = new ArrayList<String>();
    full.add("collaterals");
    full.addAll(List.of(path));
    return Json.at(json, LIMITS, full.toArray(String[]::new))
        .map(Outcome::granted)
        .orElseGet(() -> CollateralSource.missing("collateral", String.join("/", path), "absent"));
  }

  private Outcome<byte[]> text(String... path) {
    return word(path).map(t -> t.getBytes(StandardCharsets.US_ASCII));
  }

  private Outcome<String> chain(String... path) {
    var full = new ArrayList<>(List.of("certificates"));
    full.addAll(List.of(path));
    return word(full.toArray(String[]::new)).map(t -> URLDecoder.decode(t, StandardCharsets.UTF_8));
  }

  private Outcome<String> word(String... path) {
    JsonObject at = root;
    for (int i = 0; i < path.length - 1; i++)
      at = at.object(path[i]).orElse(JsonObject.builder().build());
    return at.string(path[path.length - 1])
        .map(Outcome::granted)
        .orElseGet(() -> CollateralSource.missing("collateral", String.join("/", path), "absent"));
  }

  @Override
  public Outcome<SnpEndorsement> snp(SnpKey key) {
    return CollateralSource.missing("endorsement", "AMD's certificates", "an Intel bundle");
  }

  /**
   * Writes such a file from the collateral of several platforms; signed documents byte for byte.
   */
  public static byte[] write(Map<PlatformModel, IntelCollateral> platforms) {
    var infos = new LinkedHashMap<String, List<String>>();
    var crls = new LinkedHashMap<String, String>();
    var crlChains = new LinkedHashMap<String, String>();
    var identities = new LinkedHashMap<String, String>();
    String certificates = "";
    String rootCrl = "";
    for (var entry : platforms.entrySet()) {
      var model = entry.getKey();
      var c = entry.getValue();
      String tee = model.type() == EvidenceType.TDX ? "tdx" : "sgx";
      infos
          .computeIfAbsent(model.fmspc(), f -> new ArrayList<>())
          .add(quoted(tee + "_tcbinfo") + ":" + raw(c.tcbInfo()));
      identities.put(tee.equals("tdx") ? "tdqeidentity" : "qeidentity", raw(c.qeIdentity()));
      crls.put(model.ca() + "Crl", HexFormat.of().formatHex(c.pckCrl()));
      crlChains.put(model.ca().toUpperCase(Locale.ROOT), encoded(c.pckCrlIssuerChain()));
      rootCrl = HexFormat.of().formatHex(c.rootCaCrl());
      certificates =
          quoted(TCB)
              + ":"
              + quoted(encoded(c.tcbIssuerChain()))
              + ","
              + quoted(QE)
              + ":"
              + quoted(encoded(c.qeIssuerChain()))
              + ",";
    }
    var parts = new ArrayList<String>();
    parts.add("\"version\":4");
    parts.add(
        "\"tcbinfos\":["
            + String.join(
                ",",
                infos.entrySet().stream()
                    .map(
                        e ->
                            "{\"fmspc\":"
                                + quoted(e.getKey())
                                + ","
                                + String.join(",", e.getValue())
                                + "}")
                    .toList())
            + "]");
    parts.add("\"pckcacrl\":" + object(crls));
    identities.forEach((name, text) -> parts.add(quoted(name) + ":" + text));
    parts.add("\"certificates\":{" + certificates + quoted(CRL) + ":" + object(crlChains) + "}");
    parts.add("\"rootcacrl\":" + quoted(rootCrl));
    return ("{\"collaterals\":{" + String.join(",", parts) + "}}\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String raw(byte[] json) {
    return new String(json, StandardCharsets.UTF_8).strip();
  }

  private static String quoted(String text) {
    return "\"" + text + "\"";
  }

  private static String encoded(String pem) {
    return URLEncoder.encode(pem, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static String object(Map<String, String> members) {
    return "{"
        + String.join(
            ",",
            members.entrySet().stream()
                .map(e -> quoted(e.getKey()) + ":" + quoted(e.getValue()))
                .toList())
        + "}";
  }

  /** The models that the file has TCB info for, with the TEEs of each. */
  public List<PlatformModel> models() {
    var found = new ArrayList<PlatformModel>();
    var lists = root.object("pckcacrl").orElse(JsonObject.builder().build());
    for (JsonValue item : root.array("tcbinfos").orElse(List.of())) {
      if (!(item instanceof JsonObject one)) continue;
      for (String ca : List.of("platform", "processor")) {
        if (lists.string(ca + "Crl").isEmpty()) continue;
        Optional<String> fmspc = one.string("fmspc");
        for (var type : List.of(EvidenceType.SGX, EvidenceType.TDX))
          if (fmspc.isPresent() && one.object(type.word() + "_tcbinfo").isPresent())
            found.add(new PlatformModel(type, fmspc.get().toUpperCase(Locale.ROOT), ca));
      }
    }
    return found;
  }
}

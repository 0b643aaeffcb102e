package dev.theca.collateral;

import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.IntelCollateral;
import dev.theca.evidence.PlatformModel;
import dev.theca.wire.Outcome;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;

/**
 * Collateral from a provisioning service (PCS v4) or its cache (PCCS). What arrives is not trusted:
 * the verifier checks signatures over the exact bytes. A service that cannot be asked, or does not
 * know the platform, is a refusal.
 */
public final class PcsSource implements CollateralSource {
  private static final int MAX = 1 << 20;
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final URI base;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  /**
   * {@code base} is the service's address without the path, for example {@code
   * https://pccs.example:8081}.
   */
  public PcsSource(URI base) {
    this.base = base;
  }

  private record Answer(byte[] body, String chain) {}

  @Override
  public Outcome<IntelCollateral> sgx(PlatformModel platform) {
    return get("tcb?fmspc=" + platform.fmspc(), "TCB-Info-Issuer-Chain")
        .then(
            tcb ->
                get("qe/identity", "SGX-Enclave-Identity-Issuer-Chain")
                    .then(
                        qe ->
                            get(
                                    "pckcrl?ca=" + platform.ca() + "&encoding=der",
                                    "SGX-PCK-CRL-Issuer-Chain")
                                .then(
                                    crl ->
                                        get("rootcacrl", "")
                                            .then(root -> collateral(tcb, qe, crl, root)))));
  }

  private Outcome<IntelCollateral> collateral(Answer tcb, Answer qe, Answer crl, Answer root) {
    try {
      byte[] rootCrl =
          HexFormat.of().parseHex(new String(root.body(), StandardCharsets.US_ASCII).trim());
      return Outcome.granted(
          new IntelCollateral(
              tcb.body(), tcb.chain(), qe.body(), qe.chain(), crl.body(), crl.chain(), rootCrl));
    } catch (IllegalArgumentException e) {
      return missing("the root CRL as hex", "other text");
    }
  }

  private Outcome<Answer> get(String path, String chainHeader) {
    URI uri = base.resolve("/sgx/certification/v4/" + path);
    try {
      var response =
          http.send(
              HttpRequest.newBuilder(uri).timeout(LIMIT).build(),
              HttpResponse.BodyHandlers.ofInputStream());
      try (var in = response.body()) {
        byte[] body = in.readNBytes(MAX + 1);
        if (response.statusCode() != 200)
          return missing("an answer of 200 from " + uri, response.statusCode() + "");
        if (body.length > MAX) return missing("at most " + MAX + " bytes from " + uri, "more");
        String chain =
            chainHeader.isEmpty() ? "" : response.headers().firstValue(chainHeader).orElse("");
        return Outcome.granted(new Answer(body, URLDecoder.decode(chain, StandardCharsets.UTF_8)));
      }
    } catch (IOException | IllegalArgumentException e) {
      return missing("an answer from " + uri, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return missing("an answer from " + uri, "an interruption");
    }
  }

  private static <T> Outcome<T> missing(String expected, String found) {
    return Outcome.refused(
        EvidenceCode.COLLATERAL_MISSING,
        "collateral",
        expected,
        found,
        "see that the provisioning service runs and knows this platform");
  }
}

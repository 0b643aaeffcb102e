package dev.theca.broker.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.Outcome;
import dev.theca.wire.der.Der;
import dev.theca.wire.der.Pem;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CertificateRequestTest {
  private static final KeyPair KEY = Requests.ec();
  private static final byte[] SPKI = KEY.getPublic().getEncoded();

  @Test
  void der_and_pem_say_the_same() {
    byte[] der = Requests.of(KEY, "a.example.org", "spiffe://x/y");
    var request = CertificateRequest.parse(der).orThrow();
    assertThat(request.dnsNames()).containsExactly("a.example.org");
    assertThat(request.uris()).containsExactly("spiffe://x/y");
    assertThat(request.spki()).isEqualTo(SPKI);
    String pem = "a comment\n" + Pem.write("CERTIFICATE REQUEST", der);
    assertThat(CertificateRequest.parse(Fakes.bytes(pem)).orThrow().spki()).isEqualTo(SPKI);
  }

  @ParameterizedTest
  @MethodSource
  void other_kinds_of_keys_may_ask(String algorithm, int bits, String signature, String oid) {
    var key = Requests.key(algorithm, bits);
    byte[] info = Requests.info(0, key.getPublic().getEncoded());
    byte[] request = Requests.whole(info, oid, Requests.sign(signature, key, info));
    assertThat(CertificateRequest.parse(request).isGranted()).isTrue();
  }

  static Stream<Arguments> other_kinds_of_keys_may_ask() {
    return Stream.of(
        Arguments.of("EC", 384, "SHA384withECDSA", "1.2.840.10045.4.3.3"),
        Arguments.of("RSA", 2048, "SHA256withRSA", "1.2.840.113549.1.1.11"),
        Arguments.of("Ed25519", 0, "Ed25519", "1.3.101.112"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void a_wrong_request_is_refused(String found, byte[] request) {
    var outcome = CertificateRequest.parse(request);
    assertThat(outcome).isInstanceOf(Outcome.Refused.class);
    if (outcome instanceof Outcome.Refused<CertificateRequest>(var reasons))
      assertThat(reasons.getFirst().toString())
          .startsWith("bad-certificate-request")
          .contains(found);
  }

  private static Arguments bad(String found, byte[] request) {
    return Arguments.of(found, request);
  }

  private static byte[] signed(byte[] info) {
    return Requests.whole(info, Requests.ECDSA_SHA256, Requests.sign("SHA256withECDSA", KEY, info));
  }

  private static byte[] signedBy(KeyPair key, String signature, String oid) {
    byte[] info = Requests.info(0, key.getPublic().getEncoded());
    return Requests.whole(info, oid, Requests.sign(signature, key, info));
  }

  static Stream<Arguments> a_wrong_request_is_refused() {
    byte[] good = Requests.of(KEY);
    byte[] pem = Fakes.bytes(Pem.write("CERTIFICATE REQUEST", good));
    byte[] twice = Arrays.copyOf(pem, pem.length * 2);
    System.arraycopy(pem, 0, twice, pem.length, pem.length);
    byte[] info = Requests.info(0, SPKI);
    byte[] offCurve = SPKI.clone();
    offCurve[offCurve.length - 1] ^= 1;
    byte[] infinite = SPKI.clone();
    Arrays.fill(infinite, infinite.length - 64, infinite.length, (byte) 0);
    byte[] ip = Requests.names(List.of(Der.element(0x87, new byte[] {10, 0, 0, 1})));
    byte[] mail = Requests.names(List.of(Der.ia5(0x81, "a@b.c")));
    byte[] control = Requests.names("a\nb");
    byte[] many =
        Requests.names(new ArrayList<>(Collections.nCopies(33, Der.ia5(0x82, "a.example"))));
    var other = Requests.ec();
    return Stream.of(
        bad("0 bytes", new byte[0]),
        bad("bytes", new byte[20_000]),
        bad("no single PEM block", new byte[] {0x31, 0}),
        bad("no single PEM block", twice),
        bad("no single PEM block", Fakes.bytes("-----BEGIN CERTIFICATE REQUEST-----\n*\n")),
        bad("cut off", new byte[] {0x30}),
        bad("left", Arrays.copyOf(good, good.length - 1)),
        bad("too many", Arrays.copyOf(good, good.length + 1)),
        bad("length", new byte[] {0x30, (byte) 0x84, 0x7F, 0, 0, 0}),
        bad("version", signed(Requests.info(1, SPKI))),
        bad("did not make", Requests.whole(info, Requests.ECDSA_SHA256, new byte[70])),
        bad(
            "did not make",
            Requests.whole(
                info, Requests.ECDSA_SHA256, Requests.sign("SHA256withECDSA", other, info))),
        bad(
            "did not make",
            Requests.whole(
                Requests.info(0, SPKI, Requests.names("later.example.org")),
                Requests.ECDSA_SHA256,
                Requests.sign("SHA256withECDSA", KEY, info))),
        bad("not on its curve", signed(Requests.info(0, offCurve))),
        bad("", signed(Requests.info(0, infinite))),
        bad("curve", signedBy(Requests.key("EC", 521), "SHA512withECDSA", "1.2.840.10045.4.3.4")),
        bad(
            "1024 bits",
            signedBy(Requests.key("RSA", 1024), "SHA256withRSA", "1.2.840.113549.1.1.11")),
        bad("signature algorithm", signedBy(KEY, "SHA1withECDSA", "1.2.840.10045.4.1")),
        bad(
            "signature algorithm",
            Requests.whole(
                info, "1.2.840.113549.1.1.11", Requests.sign("SHA256withECDSA", KEY, info))),
        bad("kind 7", signed(Requests.info(0, SPKI, ip))),
        bad("kind 1", signed(Requests.info(0, SPKI, mail))),
        bad("printable", signed(Requests.info(0, SPKI, control))),
        bad("32 names", signed(Requests.info(0, SPKI, many))),
        bad(
            "two extension requests",
            signed(Requests.info(0, SPKI, Requests.names("a.b"), Requests.names("c.d")))));
  }
}

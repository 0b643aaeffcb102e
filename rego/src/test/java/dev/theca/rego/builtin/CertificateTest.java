package dev.theca.rego.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.NullValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.Value;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateTest {
  /** Within the life of the certificates of the tests. */
  private static final long WITHIN =
      Instant.parse("2030-01-01T00:00:00Z").getEpochSecond() * 1_000_000_000;

  private static ObjectValue parsed(String... names) throws BuiltinFault {
    var list =
        (ArrayValue)
            Objects.requireNonNull(Called.call("crypto.x509.parse_certificates", Keys.text(names)));
    return (ObjectValue) list.item(list.size() - 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Version | 3",
        "SerialNumber | 3",
        "SignatureAlgorithm | 10",
        "PublicKeyAlgorithm | 3",
        "KeyUsage | 1",
        "ExtKeyUsage | [1, 2]",
        "UnknownExtKeyUsage | [[1, 2, 3, 4]]",
        "IsCA | false",
        "BasicConstraintsValid | true",
        "MaxPathLen | -1",
        "MaxPathLenZero | false",
        "DNSNames | [\"api.theca.test\", \"*.wild.theca.test\"]",
        "EmailAddresses | [\"ops@theca.test\"]",
        "IPAddresses | [\"10.1.2.3\"]",
        "URIStrings | [\"spiffe://theca.test/ns/a?b=c\"]",
        "URIs | [{\"ForceQuery\": false, \"Fragment\": \"\", \"Host\": \"theca.test\", \"OmitHost\":"
            + " false, \"Opaque\": \"\", \"Path\": \"/ns/a\", \"RawFragment\": \"\", \"RawPath\": \"\","
            + " \"RawQuery\": \"b=c\", \"Scheme\": \"spiffe\", \"User\": null}]",
        "OCSPServer | [\"http://ocsp.theca.test\"]",
        "IssuingCertificateURL | [\"http://ca.theca.test/i.der\"]",
        "CRLDistributionPoints | [\"http://crl.theca.test/1.crl\"]",
        "UnhandledCriticalExtensions | null",
        "ExtraExtensions | null",
        "PolicyIdentifiers | null",
        "Policies | null",
        "PermittedDNSDomains | null",
        "InhibitAnyPolicy | 0",
        "InhibitAnyPolicyZero | false",
        "Subject | {\"CommonName\": \"Leaf\", \"Country\": [\"EE\"], \"ExtraNames\": null, \"Locality\":"
            + " null, \"Names\": [{\"Type\": [2, 5, 4, 6], \"Value\": \"EE\"}, {\"Type\": [2, 5, 4, 10],"
            + " \"Value\": \"Theca Tests\"}, {\"Type\": [2, 5, 4, 3], \"Value\": \"Leaf\"}, {\"Type\":"
            + " [2, 5, 4, 5], \"Value\": \"77\"}], \"Organization\": [\"Theca Tests\"],"
            + " \"OrganizationalUnit\": null, \"PostalCode\": null, \"Province\": null,"
            + " \"SerialNumber\": \"77\", \"StreetAddress\": null}",
      })
  void a_leaf_has_the_members_of_gos_structure(String member, String expected) throws BuiltinFault {
    assertThat(String.valueOf(parsed("leaf.pem").get(member))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "root.pem | SerialNumber | 335812727627494321938",
        "root.pem | MaxPathLen | 1",
        "root.pem | KeyUsage | 96",
        "root.pem | AuthorityKeyId | null",
        "root.pem | URIStrings | null",
        "inter.pem | MaxPathLenZero | true",
        "inter.pem | PermittedDNSDomains | [\"theca.test\"]",
        "inter.pem | ExcludedDNSDomains | [\"bad.theca.test\"]",
        "inter.pem | PermittedIPRanges | [{\"IP\": \"10.0.0.0\", \"Mask\": \"/wAAAA==\"}]",
        "inter.pem | PermittedDNSDomainsCritical | false",
        "inter.pem | PolicyIdentifiers | [[2, 23, 140, 1, 2, 1]]",
        "inter.pem | Policies | [\"2.23.140.1.2.1\"]",
        "rsa.pem | SignatureAlgorithm | 14",
        "rsa.pem | PublicKeyAlgorithm | 1",
        "ed.pem | SignatureAlgorithm | 16",
        "ed.pem | PublicKeyAlgorithm | 4",
      })
  void every_kind_is_read(String file, String member, String expected) throws BuiltinFault {
    assertThat(String.valueOf(parsed(file).get(member))).isEqualTo(expected);
  }

  @Test
  void no_member_is_missing_and_none_is_added() throws BuiltinFault {
    assertThat(parsed("root.pem").size()).isEqualTo(53);
    assertThat(parsed("root.pem").get("Raw")).isEqualTo(Keys.base64(Keys.der("root.pem")));
    assertThat(parsed("root.pem").get("RawSubject"))
        .isEqualTo(parsed("inter.pem").get("RawIssuer"));
  }

  @Test
  void public_keys_are_shown_as_their_numbers() throws BuiltinFault {
    var ec = (ObjectValue) Objects.requireNonNull(parsed("leaf.pem").get("PublicKey"));
    assertThat(ec.keys()).containsExactly(Value.of("Curve"), Value.of("X"), Value.of("Y"));
    assertThat(ec.get("Curve")).isEqualTo(ObjectValue.EMPTY);
    var rsa = (ObjectValue) Objects.requireNonNull(parsed("rsa.pem").get("PublicKey"));
    assertThat(rsa.get("E")).isEqualTo(Value.of(65537));
    assertThat(parsed("ed.pem").get("PublicKey")).isInstanceOf(Value.of("").getClass());
  }

  @Test
  void times_are_in_utc() throws BuiltinFault {
    assertThat(String.valueOf(parsed("root.pem").get("NotBefore")))
        .matches("\"2026-11-21T\\d\\d:\\d\\d:\\d\\dZ\"");
  }

  @Test
  void pem_base64_of_pem_and_base64_of_der_say_the_same() throws BuiltinFault {
    var pem = Called.call("crypto.x509.parse_certificates", Keys.text("root.pem"));
    byte[] text = Keys.pem("root.pem").getBytes(StandardCharsets.US_ASCII);
    assertThat(Called.call("crypto.x509.parse_certificates", Keys.base64(text))).isEqualTo(pem);
    assertThat(Called.call("crypto.x509.parse_certificates", Keys.base64(Keys.der("root.pem"))))
        .isEqualTo(pem);
  }

  @ParameterizedTest
  @ValueSource(strings = {"foobar", "not base 64", "Zm9v"})
  void what_is_no_certificate_is_a_fault(String text) {
    assertThat(Called.shown("crypto.x509.parse_certificates", Value.of(text)))
        .startsWith("fault: ");
  }

  @Test
  void a_key_among_certificates_is_a_fault() {
    assertThat(Called.shown("crypto.x509.parse_certificates", Keys.text("root.pem", "ed.key")))
        .isEqualTo("fault: PEM block type is 'PRIVATE KEY', expected CERTIFICATE");
  }

  @Test
  void every_cut_and_every_changed_byte_is_read_or_refused_and_nothing_else() {
    byte[] der = Keys.der("leaf.pem");
    for (int i = 0; i < der.length; i++) {
      byte[] changed = der.clone();
      changed[i] ^= (byte) (1 + i % 255);
      assertThat(Called.shown("crypto.x509.parse_certificates", Keys.base64(changed))).isNotNull();
      byte[] cut = java.util.Arrays.copyOf(der, i);
      assertThat(Called.shown("crypto.x509.parse_certificates", Keys.base64(cut))).isNotNull();
    }
  }

  private static String verified(long now, Value certificates) throws BuiltinFault {
    return head(Called.call(now, "crypto.x509.parse_and_verify_certificates", certificates));
  }

  private static String head(@org.jspecify.annotations.Nullable Value result) {
    var pair = (ArrayValue) Objects.requireNonNull(result);
    var names = new StringBuilder(pair.item(0).toString());
    for (Value one : (ArrayValue) pair.item(1))
      names.append(' ').append(((ObjectValue) one).get("SerialNumber"));
    return names.toString();
  }

  @Test
  void a_chain_leads_from_the_leaf_to_the_root() throws BuiltinFault {
    assertThat(verified(WITHIN, Keys.text("root.pem", "inter.pem", "leaf.pem")))
        .isEqualTo("true 3 2 335812727627494321938");
    assertThat(
            verified(WITHIN, Keys.text("root.pem", "rsa.pem", "ed.pem", "inter.pem", "leaf.pem")))
        .isEqualTo("true 3 2 335812727627494321938");
    assertThat(verified(WITHIN, Keys.text("rsa.pem", "rsa.pem"))).isEqualTo("true 9");
  }

  @Test
  void a_chain_that_does_not_hold_is_false_without_certificates() throws BuiltinFault {
    assertThat(verified(WITHIN, Keys.text("root.pem", "leaf.pem"))).isEqualTo("false");
    assertThat(verified(WITHIN, Keys.text("leaf.pem", "inter.pem", "root.pem"))).isEqualTo("false");
    assertThat(verified(WITHIN, Keys.text("leaf.pem"))).isEqualTo("false");
    assertThat(verified(WITHIN, Value.of("no certificate"))).isEqualTo("false");
    assertThat(verified(0, Keys.text("root.pem", "inter.pem", "leaf.pem"))).isEqualTo("false");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "leaf.pem | {} | true",
        "leaf.pem | {\"DNSName\": \"api.theca.test\"} | true",
        "leaf.pem | {\"DNSName\": \"API.theca.test.\"} | true",
        "leaf.pem | {\"DNSName\": \"x.wild.theca.test\"} | true",
        "leaf.pem | {\"DNSName\": \"x.y.wild.theca.test\"} | false",
        "leaf.pem | {\"DNSName\": \"[10.1.2.3]\"} | true",
        "leaf.pem | {\"DNSName\": \"10.1.2.4\"} | false",
        "leaf.pem | {\"KeyUsages\": [\"KeyUsageClientAuth\"]} | true",
        "leaf.pem | {\"KeyUsages\": [\"KeyUsageCodeSigning\"]} | false",
        "leaf.pem | {\"KeyUsages\": [\"KeyUsageCodeSigning\", \"KeyUsageAny\"]} | true",
        "leaf.pem | {\"CurrentTime\": 1} | false",
        "leaf.pem | {\"MaxConstraintComparisons\": 1} | false",
        "leaf.pem | {\"KeyUsages\": [\"A\", \"B\"]} | fault: invalid entries for 'KeyUsages' found: [A B]",
        "leaf.pem | {\"Other\": 1} | fault: invalid key option",
        "leaf.pem | {\"DNSName\": 1} | fault: 'DNSName' should be a string",
        "leaf.pem | {\"CurrentTime\": 0.5} | fault: 'CurrentTime' should be a valid int64 number",
        "leaf2.pem | {\"KeyUsages\": [\"KeyUsageCodeSigning\"]} | false",
      })
  void options_say_what_a_chain_is_for(String leaf, String options, String expected) {
    String found;
    try {
      found =
          head(
              Called.call(
                  WITHIN,
                  "crypto.x509.parse_and_verify_certificates_with_options",
                  Keys.text("root.pem", "inter.pem", leaf),
                  Called.json(options)));
    } catch (BuiltinFault e) {
      found = "fault: " + e.getMessage();
    }
    assertThat(found.replaceAll("^true .*", "true")).isEqualTo(expected);
  }

  @Test
  void an_interfering_byte_in_a_signature_breaks_the_chain() throws BuiltinFault {
    byte[] leaf = Keys.der("leaf.pem");
    leaf[leaf.length - 1] ^= 1;
    var der = new java.io.ByteArrayOutputStream();
    der.writeBytes(Keys.der("root.pem"));
    der.writeBytes(Keys.der("inter.pem"));
    der.writeBytes(leaf);
    assertThat(verified(WITHIN, Keys.base64(der.toByteArray()))).isEqualTo("false");
  }

  @Test
  void a_request_is_read_with_the_names_it_asks_for() throws BuiltinFault {
    var request =
        (ObjectValue)
            Objects.requireNonNull(
                Called.call("crypto.x509.parse_certificate_request", Keys.text("ed.csr")));
    assertThat(request.keys().stream().map(Object::toString))
        .containsExactlyInAnyOrder(
            "\"Raw\"",
            "\"RawTBSCertificateRequest\"",
            "\"RawSubjectPublicKeyInfo\"",
            "\"RawSubject\"",
            "\"Version\"",
            "\"Signature\"",
            "\"SignatureAlgorithm\"",
            "\"PublicKeyAlgorithm\"",
            "\"PublicKey\"",
            "\"Subject\"",
            "\"Attributes\"",
            "\"Extensions\"",
            "\"ExtraExtensions\"",
            "\"DNSNames\"",
            "\"EmailAddresses\"",
            "\"IPAddresses\"",
            "\"URIs\"");
    assertThat(String.valueOf(request.get("DNSNames"))).isEqualTo("[\"req.theca.test\"]");
    assertThat(request.get("Version")).isEqualTo(Value.of(0));
    assertThat(String.valueOf(request.get("Attributes")))
        .isEqualTo(
            "[{\"Type\": [1, 2, 840, 113549, 1, 9, 14], \"Value\": [[{\"Type\": [2, 5, 29, 17],"
                + " \"Value\": \"MBCCDnJlcS50aGVjYS50ZXN0\"}, {\"Type\": [2, 5, 29, 15], \"Value\":"
                + " true}]]}]");
    assertThat(
            Called.call("crypto.x509.parse_certificate_request", Keys.base64(Keys.der("ed.csr"))))
        .isEqualTo(request);
    assertThat(Called.shown("crypto.x509.parse_certificate_request", Value.of("foobar")))
        .startsWith("fault: illegal base64");
  }

  @Test
  void a_private_rsa_key_becomes_a_jwk_whatever_its_form() throws BuiltinFault {
    var jwk = Called.call("crypto.x509.parse_rsa_private_key", Keys.text("rsa.key"));
    assertThat(((ObjectValue) Objects.requireNonNull(jwk)).keys().stream().map(Object::toString))
        .containsExactly(
            "\"d\"", "\"dp\"", "\"dq\"", "\"e\"", "\"kty\"", "\"n\"", "\"p\"", "\"q\"", "\"qi\"");
    assertThat(Called.call("crypto.x509.parse_rsa_private_key", Keys.text("rsa8.key")))
        .isEqualTo(jwk);
    assertThat(Called.shown("crypto.x509.parse_rsa_private_key", Value.of("")))
        .isEqualTo("fault: input PEM data was empty");
    assertThat(Called.shown("crypto.x509.parse_rsa_private_key", Value.of("invalid")))
        .startsWith("fault: illegal base64");
    assertThat(Called.call("crypto.x509.parse_rsa_private_key", Keys.text("root.pem")))
        .isEqualTo(NullValue.NULL);
  }

  @Test
  void private_keys_are_shown_as_gos_structures() throws BuiltinFault {
    var keys =
        (ArrayValue)
            Objects.requireNonNull(
                Called.call(
                    "crypto.parse_private_keys",
                    Keys.text("rsa.key", "root.pem", "leaf.key", "p521.key", "ed.key")));
    assertThat(keys.size()).isEqualTo(4);
    var rsa = (ObjectValue) keys.item(0);
    assertThat(rsa.keys().stream().map(Object::toString))
        .containsExactly("\"D\"", "\"E\"", "\"N\"", "\"Precomputed\"", "\"Primes\"");
    var certified = (ObjectValue) Objects.requireNonNull(parsed("leaf.pem").get("PublicKey"));
    assertThat(((ObjectValue) keys.item(1)).get("X")).isEqualTo(certified.get("X"));
    assertThat(((ObjectValue) keys.item(1)).get("Y")).isEqualTo(certified.get("Y"));
    assertThat(keys.item(3)).isInstanceOf(Value.of("").getClass());
    assertThat(Called.call("crypto.parse_private_keys", Value.of(""))).isEqualTo(NullValue.NULL);
    assertThat(Called.shown("crypto.parse_private_keys", Value.of("x"))).isEqualTo("[]");
  }

  @Test
  void a_pair_shows_the_chain_and_the_key_of_its_leaf() throws BuiltinFault {
    var pair =
        (ObjectValue)
            Objects.requireNonNull(
                Called.call(
                    "crypto.x509.parse_keypair",
                    Keys.text("leaf.pem", "inter.pem"),
                    Keys.text("leaf.key")));
    assertThat(pair.get("Certificate"))
        .isEqualTo(
            ArrayValue.owning(
                Keys.base64(Keys.der("leaf.pem")), Keys.base64(Keys.der("inter.pem"))));
    assertThat(pair.get("OCSPStaple")).isEqualTo(NullValue.NULL);
    assertThat(
            Called.shown(
                "crypto.x509.parse_keypair",
                Keys.base64(Keys.der("rsa.pem")),
                Keys.base64(Keys.der("rsa8.key"))))
        .doesNotStartWith("fault");
  }

  @Test
  void a_pair_of_two_strangers_is_a_fault() {
    assertThat(
            Called.shown("crypto.x509.parse_keypair", Keys.text("leaf.pem"), Keys.text("rsa.key")))
        .isEqualTo("fault: tls: private key does not match public key");
    assertThat(
            Called.shown("crypto.x509.parse_keypair", Keys.text("rsa.key"), Keys.text("rsa.key")))
        .isEqualTo("fault: tls: failed to find any PEM data in certificate input");
  }

  @Test
  void an_object_of_no_options_is_taken() throws BuiltinFault {
    assertThat(
            Called.call(
                WITHIN,
                "crypto.x509.parse_and_verify_certificates_with_options",
                Keys.text("rsa.pem"),
                ObjectValue.of(Map.of())))
        .isEqualTo(ArrayValue.owning(Value.of(false), ArrayValue.EMPTY));
  }
}

package dev.theca.rego.builtin;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.Value;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a policy hands to functions, they answer or refuse, and soon. */
class HostileInputTest {
  @Test
  @Timeout(value = 120, unit = SECONDS)
  void layouts_and_times_of_any_chars_are_answered() {
    var random = new Random(4);
    String[] parts = {
      "2006",
      "01",
      "02",
      "15",
      "04",
      "05",
      "Jan",
      "Monday",
      "MST",
      "-07:00:00",
      "Z07",
      ".000",
      ",999",
      "PM",
      "_2",
      "__2",
      "002",
      "+",
      "-",
      "9",
      "UTC",
      "GMT+99",
      "é",
      " ",
      "\uDC80",
      "."
    };
    for (int i = 0; i < 20_000; i++) {
      var layout = new StringBuilder();
      var text = new StringBuilder();
      for (int part = random.nextInt(8); part >= 0; part--) {
        layout.append(parts[random.nextInt(parts.length)]);
        text.append(parts[random.nextInt(parts.length)]);
      }
      var a = Value.of(layout.toString());
      var b = Value.of(text.toString());
      assertThat(Called.shown("time.parse_ns", a, b)).isNotNull();
      assertThat(Called.shown("time.parse_ns", a, a)).isNotNull();
      assertThat(Called.shown("time.parse_duration_ns", b)).isNotNull();
      var at = ArrayValue.owning(Value.of(random.nextLong()), Value.of("Asia/Tokyo"), a);
      assertThat(Called.shown("time.format", at)).doesNotStartWith("fault");
      assertThat(
              Called.shown(
                  "time.add_date",
                  at,
                  Value.of(random.nextLong()),
                  Value.of(random.nextInt(100)),
                  Value.of(random.nextLong(200_000_000))))
          .isNotNull();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-----BEGIN X-----\n",
        "-----BEGIN X-----\na:b\n",
        "-----BEGIN ",
        "-----BEGIN X-----\n\n-"
      })
  @Timeout(value = 60, unit = SECONDS)
  void many_begins_of_pem_cost_no_square(String begin) {
    var text = Value.of(begin.repeat(40_000) + "\n-----END X-----\n");
    assertThat(Called.shown("crypto.x509.parse_certificates", text)).isNotNull();
    assertThat(Called.shown("crypto.parse_private_keys", text)).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"rsa8.key", "ed.key", "p384.key"})
  void private_keys_with_changed_bytes_are_read_or_refused(String file) {
    byte[] der = Keys.der(file);
    for (int i = 0; i < der.length; i += 1 + der.length / 60) {
      byte[] changed = der.clone();
      changed[i] ^= (byte) (1 << i % 8);
      String type = file.startsWith("p") ? "EC PRIVATE KEY" : "PRIVATE KEY";
      String pem =
          "-----BEGIN "
              + type
              + "-----\n"
              + java.util.Base64.getEncoder().encodeToString(changed)
              + "\n-----END "
              + type
              + "-----\n";
      assertThat(Called.shown("crypto.parse_private_keys", Value.of(pem))).isNotNull();
      assertThat(Called.shown("crypto.x509.parse_rsa_private_key", Value.of(pem))).isNotNull();
      assertThat(Called.shown("crypto.x509.parse_keypair", Keys.text("ed.pem"), Value.of(pem)))
          .isNotNull();
    }
  }

  @Test
  void requests_with_changed_bytes_are_read_or_refused() {
    byte[] der = Keys.der("ed.csr");
    for (int i = 0; i < der.length; i++) {
      byte[] changed = der.clone();
      changed[i] ^= (byte) (1 + i % 255);
      assertThat(Called.shown("crypto.x509.parse_certificate_request", Keys.base64(changed)))
          .isNotNull();
    }
  }
}

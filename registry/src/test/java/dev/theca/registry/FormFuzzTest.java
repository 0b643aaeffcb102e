package dev.theca.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.kit.Fuzz;
import java.io.ByteArrayInputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whatever is sent as a form is one, or none. */
class FormFuzzTest {
  @Test
  void forms() {
    var seeds =
        List.of(
            Talk.bytes("grant_type=password&username=ann&password=a%26b+c&scope=&=x"),
            Talk.bytes("a=1&a=2&b=%00%ff&%zz"));
    long runs =
        Fuzz.run(
            "registry-form",
            seeds,
            input -> {
              var form = FormBody.read(new ByteArrayInputStream(input));
              if (form.isEmpty()) return;
              try (var open = form.get();
                  var password = open.secret("password")) {
                assertThat(password.sizeBytes()).isLessThanOrEqualTo(input.length);
                assertThat(open.text("no such name")).isEmpty();
              }
            });
    assertThat(runs).isGreaterThan(100);
  }
}

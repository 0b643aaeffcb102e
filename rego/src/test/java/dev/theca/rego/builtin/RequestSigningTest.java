package dev.theca.rego.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.Value;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The signatures were computed a second time by a script that follows the specification. */
class RequestSigningTest {
  private static final String CONFIG =
      "{\"aws_service\": \"%s\", \"aws_access_key\": \"id\", \"aws_secret_access_key\": \"s3cr3t\","
          + " \"aws_region\": \"eu-north-1\"%s}";

  private static String headers(String request, String config) throws BuiltinFault {
    var signed =
        (ObjectValue)
            Objects.requireNonNull(
                Called.call(
                    "providers.aws.sign_req",
                    Called.json(request),
                    Called.json(config),
                    Value.of(Called.NOW)));
    return String.valueOf(signed.get("headers"));
  }

  @Test
  void a_request_with_a_body_and_a_session_is_signed() throws BuiltinFault {
    assertThat(
            headers(
                "{\"method\": \"POST\", \"url\": \"http://h.example:8080/a b?q=1\", \"headers\":"
                    + " {\"Foo\": \"bar\", \"User-Agent\": \"x\"}, \"body\": {\"a\": [1, 2]}}",
                CONFIG.formatted("ec2", ", \"aws_session_token\": \"tok\"")))
        .isEqualTo(
            "{\"Authorization\": \"AWS4-HMAC-SHA256"
                + " Credential=id/20210929/eu-north-1/ec2/aws4_request,SignedHeaders=foo;host;x-amz-date;x-amz-security-token,Signature=fce90be417c6ceb994ecd40acc78727eb5fd3da02f4a07886160f318dbdc3a75\","
                + " \"Foo\": \"bar\", \"User-Agent\": \"x\", \"host\": \"h.example:8080\","
                + " \"x-amz-date\": \"20210929T123456Z\", \"x-amz-security-token\": \"tok\"}");
  }

  @Test
  void the_store_of_objects_may_leave_the_body_unsigned() throws BuiltinFault {
    assertThat(
            headers(
                "{\"method\": \"GET\", \"url\": \"https://h.example/k\"}",
                CONFIG.formatted("s3", ", \"disable_payload_signing\": true")))
        .contains("Signature=5f49895d5afc84ae3fa1821dd42d9cb12ae802d4988bc7c9b50629f641960100")
        .contains("\"x-amz-content-sha256\": \"UNSIGNED-PAYLOAD\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | {} | operand 2 missing required AWS config parameters(s): {\"aws_access_key\","
            + " \"aws_region\", \"aws_secret_access_key\", \"aws_service\"}",
        "{} | - | operand 1 missing required request parameters(s): {\"method\", \"url\"}",
        "{\"method\": 1, \"url\": \"x\"} | - | operand 1 invalid values for required request"
            + " parameters(s): {\"method\"}",
        "{\"method\": \"get\", \"url\": \"x\", \"what\": 1} | - | operand 1 invalid request"
            + " parameters(s): {\"what\"}",
        "{\"method\": \"get\", \"url\": \"http://a%zz\"} | - | parse \"http://a%zz\": invalid URL"
            + " escape \"%zz\"",
      })
  void what_cannot_be_signed_is_a_fault(String request, String config, String expected) {
    var options = Called.json(config.equals("-") ? CONFIG.formatted("s3", "") : config);
    assertThat(
            Called.shown(
                "providers.aws.sign_req", Called.json(request), options, Value.of(Called.NOW)))
        .isEqualTo("fault: " + expected);
  }
}

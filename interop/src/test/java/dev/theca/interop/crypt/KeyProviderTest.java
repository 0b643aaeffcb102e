package dev.theca.interop.crypt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.image.crypt.AgentUnwrap;
import dev.theca.image.crypt.AgentWrap;
import dev.theca.image.crypt.Annotations;
import dev.theca.image.crypt.CryptCode;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The key provider protocol, as a client of another hand speaks it. */
class KeyProviderTest extends KeyProviderBed {
  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(Layout.utf8(text));
  }

  private static String array(byte[] bytes) {
    var out = new java.util.StringJoiner(",", "[", "]");
    for (byte b : bytes) out.add((b & 0xFF) + "");
    return out.toString();
  }

  /** A client of another hand: it knows the protocol page only. */
  private JsonObject call(ManagedChannel to, String method, String json) {
    byte[] request = new ProtoWriter().bytes(1, Layout.utf8(json)).toBytes();
    byte[] answer =
        ClientCalls.blockingUnaryCall(
            to,
            RawMethod.of("keyprovider.KeyProviderService", method),
            CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS),
            request);
    var in = new ProtoReader(answer);
    assertThat(in.next()).isTrue();
    assertThat(in.field()).isEqualTo(1);
    return Json.object(in.bytes()).orThrow();
  }

  private JsonObject call(String method, String json) {
    return call(channel, method, json);
  }

  private static byte[] numbers(JsonObject answer, String results, String member) {
    var items = answer.object(results).orElseThrow().array(member).orElseThrow();
    byte[] bytes = new byte[items.size()];
    for (int i = 0; i < bytes.length; i++)
      bytes[i] = Byte.parseByte("" + (byte) Integer.parseInt(Json.text(items.get(i))));
    return bytes;
  }

  private static String goWrap(String parameters, String optsdata) {
    return "{\"op\":\"keywrap\",\"keywrapparams\":{\"ec\":{\"Parameters\":{\"attestation-agent\":[\""
        + base64(parameters)
        + "\"]},\"DecryptConfig\":{\"Parameters\":null}},\"optsdata\":"
        + optsdata
        + "},\"keyunwrapparams\":{\"dc\":null,\"annotation\":null}}";
  }

  private void wrapsAndUnwraps(String input) {
    byte[] packet = numbers(call("WrapKey", input), "keywrapresults", "annotation");
    var json = Json.object(packet).orThrow();
    assertThat(json.string("kid")).contains("kbs:///default/image-kek/k1");
    assertThat(json.string("wrap_type")).contains("A256GCM");
    assertThat(folder.resolve("keks/default/image-kek/k1")).hasSize(32);
    String opened =
        new AgentUnwrap(keys)
            .unwrap(Annotations.ATTESTATION_AGENT, packet)
            .orThrow()
            .lend(b -> new String(b, java.nio.charset.StandardCharsets.UTF_8));
    assertThat(opened).isEqualTo(OPTIONS);
    for (String annotation :
        List.of("\"" + Base64.getEncoder().encodeToString(packet) + "\"", array(packet))) {
      String unwrap =
          "{\"op\":\"keyunwrap\",\"keywrapparams\":{\"ec\":null,\"optsdata\":null},"
              + "\"keyunwrapparams\":{\"dc\":{\"Parameters\":{\"attestation-agent\":[\""
              + base64("cc_kbc::http://kbs")
              + "\"]}},\"annotation\":"
              + annotation
              + "}}";
      assertThat(numbers(call("UnWrapKey", unwrap), "keyunwrapresults", "optsdata"))
          .isEqualTo(Layout.utf8(OPTIONS));
    }
  }

  @Test
  void gos_bytes_are_understood() {
    String words = "keyid=kbs:///default/image-kek/k1::algorithm=A256GCM";
    wrapsAndUnwraps(goWrap(words, "\"" + base64(OPTIONS) + "\""));
  }

  @Test
  void rusts_arrays_are_understood() {
    wrapsAndUnwraps(goWrap("keyid=/default/image-kek/k1", array(Layout.utf8(OPTIONS))));
  }

  @Test
  void plain_text_of_the_rust_encrypter_is_understood() {
    String quoted = Json.text(new dev.theca.wire.json.JsonString(OPTIONS));
    wrapsAndUnwraps(
        "{\"op\":\"keywrap\",\"keywrapparams\":{\"ec\":{\"Parameters\":{\"attestation-agent\":["
            + array(Layout.utf8("keyid=host/default/image-kek/k1"))
            + "]}},\"optsdata\":"
            + quoted
            + "}}");
  }

  @Test
  void layers_that_name_one_key_share_it_and_others_do_not() {
    String named = goWrap("keyid=/default/image-kek/k1", "\"" + base64(OPTIONS) + "\"");
    String unnamed = goWrap("", "\"" + base64(OPTIONS) + "\"");
    var kids = new java.util.HashSet<String>();
    for (int i = 0; i < 3; i++) {
      for (String input : List.of(named, unnamed)) {
        byte[] packet = numbers(call("WrapKey", input), "keywrapresults", "annotation");
        kids.add(Json.object(packet).orThrow().string("kid").orElseThrow());
        assertThat(new AgentUnwrap(keys).unwrap(Annotations.ATTESTATION_AGENT, packet).isGranted())
            .isTrue();
      }
    }
    assertThat(kids).hasSize(4);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sample=true",
        "sample",
        "keypath=\0",
        "algorithm=A256CTR",
        "keyid=/a/../c",
        "keypath=/nowhere",
        "colour=red"
      })
  void parameters_that_weaken_are_refused_and_nothing_is_stored(String words) {
    assertThatThrownBy(() -> call("WrapKey", goWrap(words, "\"" + base64(OPTIONS) + "\"")))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION));
    assertThat(folder.resolve("keks")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{'op':'keywrap'}",
        "{'op':'keyunwrap','keywrapparams':{'optsdata':'e30='}}",
        "{'op':'keywrap','keywrapparams':{'ec':null,'optsdata':null}}",
        "{'op':'keywrap','keywrapparams':{'ec':null,'optsdata':[256]}}",
        "{'op':'keywrap','keywrapparams':{'ec':null,'optsdata':[-1]}}",
        "{'op':'keywrap','keywrapparams':{'ec':null,'optsdata':'!!'}}",
        "{'op':'keywrap','keywrapparams':{'ec':null,'optsdata':{'a':1}}}",
        "{'op':'keywrap','keywrapparams':{'ec':{'Parameters':{'attestation-agent':7}},'optsdata':'e30='}}",
        "{'op':'keywrap','keywrapparams':{'ec':{'Parameters':{'attestation-agent':['','']}},'optsdata':'e30='}}"
      })
  void input_that_is_none_is_refused(String json) {
    try (var provider = KeyProvider.wrappingAndUnwrapping(keys, keys, AgentWrap.Form.V2)) {
      byte[] input = Layout.utf8(json.replace('\'', '"'));
      assertThat(provider.wrap(input)).isInstanceOf(Outcome.Refused.class);
      assertThat(provider.unwrap(input)).isInstanceOf(Outcome.Refused.class);
    }
    assertThat(folder.resolve("keks")).doesNotExist();
  }

  @Test
  void no_annotation_leaves_for_a_key_that_was_not_stored() {
    try (var provider =
        KeyProvider.wrapping(
            (kid, kek) -> CryptCode.KEK.refuse(kid, "a broker", "a broker that says no", "ask it"),
            AgentWrap.Form.V1)) {
      for (String words : List.of("", "keyid=/default/image-kek/k1"))
        assertThat(provider.wrap(Layout.utf8(goWrap(words, "\"" + base64(OPTIONS) + "\""))))
            .isInstanceOf(Outcome.Refused.class);
    }
  }

  @Test
  void a_provider_that_seals_only_has_no_unwrap_method() {
    try (var other = KeyProviderServer.start(0, KeyProvider.wrapping(keys, AgentWrap.Form.V2))) {
      var to = channel(other.port());
      assertThatThrownBy(() -> call(to, "UnWrapKey", "{}"))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED));
      to.shutdownNow();
    }
  }
}

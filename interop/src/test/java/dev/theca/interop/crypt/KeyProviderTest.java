package dev.theca.interop.crypt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.image.crypt.AgentUnwrap;
import dev.theca.image.crypt.AgentWrap;
import dev.theca.image.crypt.Annotations;
import dev.theca.image.crypt.CryptCode;
import dev.theca.image.crypt.DecryptionKeys;
import dev.theca.image.crypt.KekFolder;
import dev.theca.image.crypt.Recipients;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import dev.theca.wire.secret.Secret;
import dev.theca.wire.ttrpc.TtrpcServer;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The key provider protocol, from both sides. */
class KeyProviderTest {
  private static final String OPTIONS =
      "{\"symkey\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\",\"digest\":\"sha256:"
          + "ab".repeat(32)
          + "\",\"cipheroptions\":{\"nonce\":\"AAAAAAAAAAAAAAAAAAAAAA==\"}}";

  @TempDir Path folder;
  private KekFolder keys;
  private KeyProviderServer server;
  private MultiThreadIoEventLoopGroup group;
  private ManagedChannel channel;

  @BeforeEach
  void start() {
    keys = new KekFolder(folder.resolve("keks"));
    server =
        KeyProviderServer.start(
            0, KeyProvider.wrappingAndUnwrapping(keys, keys, AgentWrap.Form.V2));
    group =
        new MultiThreadIoEventLoopGroup(
            1, Thread.ofPlatform().daemon().factory(), NioIoHandler.newFactory());
    channel = channel(server.port());
  }

  private ManagedChannel channel(int port) {
    return NettyChannelBuilder.forAddress("127.0.0.1", port)
        .eventLoopGroup(group)
        .channelType(NioSocketChannel.class)
        .usePlaintext()
        .build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.close();
    var unused = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

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

  private KeyProviderConfig config(String way) {
    return KeyProviderConfig.parse(
            Layout.utf8("{\"key-providers\":{\"attestation-agent\":" + way + "}}"))
        .orThrow();
  }

  private void sealsAndOpens(KeyProviderConfig config, String parameters) throws Exception {
    var plain = Layout.create(Files.createTempDirectory(folder, "p"), 50_000, 7);
    var wraps =
        new Recipients(InteropSchemes.recipients(config, InstantSource.system()))
            .parse("provider:attestation-agent" + parameters)
            .orThrow();
    var sealed = plain.sealed(Files.createTempDirectory(folder, "s"), List.of(0, 1), wraps);
    var unwraps =
        new DecryptionKeys(InteropSchemes.keys(config), List.of())
            .parse("provider:attestation-agent:cc_kbc::http://kbs")
            .orThrow();
    for (int i = 0; i < 2; i++)
      assertThat(sealed.open(sealed.layers().get(i), unwraps).orThrow())
          .isEqualTo(plain.read(plain.layers().get(i).digest()));
  }

  @Test
  void our_client_seals_and_opens_through_grpc() throws Exception {
    var config = config("{\"grpc\":\"127.0.0.1:" + server.port() + "\"}");
    sealsAndOpens(config, "");
    sealsAndOpens(config, ":keyid=kbs:///default/image-kek/k1::algorithm=A256GCM");
  }

  @Test
  void our_client_seals_and_opens_through_ttrpc() throws Exception {
    Path socket = folder.resolve("s");
    try (var provider = KeyProvider.wrappingAndUnwrapping(keys, keys, AgentWrap.Form.V1);
        var ttrpc =
            TtrpcServer.start(
                socket,
                Map.of(
                    "keyprovider.KeyProviderService/WrapKey",
                    call ->
                        ProviderMessages.toProto(
                            ProviderMessages.ofProto(call.payload())
                                .then(provider::wrap)
                                .orThrow()),
                    "keyprovider.KeyProviderService/UnWrapKey",
                    call ->
                        ProviderMessages.toProto(
                            ProviderMessages.ofProto(call.payload())
                                .then(provider::unwrap)
                                .orThrow())),
                peer -> true)) {
      assertThat(ttrpc).isNotNull();
      sealsAndOpens(
          config("{\"ttrpc\":\"unix://" + socket + "\"}"), ":keyid=/default/image-kek/k2");
    }
  }

  private String script(String text) throws Exception {
    Path file =
        Files.createTempFile(
            folder,
            "kp",
            ".sh",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.writeString(file, "#!/bin/sh\n" + text + "\n");
    return "{\"cmd\":{\"path\":\"" + file + "\",\"args\":null}}";
  }

  /** A provider that protects nothing: it hands the options through. */
  @Test
  void our_client_seals_and_opens_through_a_program() throws Exception {
    sealsAndOpens(
        config(
            script(
                """
                sed -e 's/.*"op":"keywrap".*"optsdata":"\\([^"]*\\)".*/{"keywrapresults":{"annotation":"\\1"}}/' \\
                    -e 's/.*"op":"keyunwrap".*"annotation":"\\([^"]*\\)".*/{"keyunwrapresults":{"optsdata":"\\1"}}/'
                """)),
        "");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "exit 3",
        "echo no json",
        "echo '{}'",
        "echo '{\"keywrapresults\":{\"annotation\":null}}'",
        "head -c 3000000 /dev/zero"
      })
  void a_program_that_answers_badly_is_refused(String text) throws Exception {
    var wrap =
        new ProviderWrap(
            "attestation-agent",
            config(script(text)).providers().get("attestation-agent"),
            List.of(""));
    try (var secret = Secret.moveFrom(Layout.utf8(OPTIONS))) {
      assertThat(wrap.wrap(secret)).isInstanceOf(Outcome.Refused.class);
    }
  }

  @Test
  void a_program_that_hangs_is_ended() throws Exception {
    long start = System.nanoTime();
    Path marker = folder.resolve("pid");
    Path file =
        Files.writeString(folder.resolve("h.sh"), "echo $$ >" + marker + "; sleep 60 & wait");
    assertThat(
            BoundedProcess.run(
                List.of("/bin/sh", file.toString()), new byte[0], 100, Duration.ofMillis(500)))
        .isInstanceOf(Outcome.Refused.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    long pid = Long.parseLong(Files.readString(marker).strip());
    var process = ProcessHandle.of(pid);
    if (process.isPresent()) {
      var unused = process.get().onExit().get(60, TimeUnit.SECONDS);
    }
  }

  @Test
  void a_provider_that_is_away_is_a_fault_and_no_refusal() {
    int port = server.port();
    server.close();
    var wrap =
        new ProviderWrap(
            "attestation-agent",
            config("{\"grpc\":\"127.0.0.1:" + port + "\"}").providers().get("attestation-agent"),
            List.of(""));
    try (var secret = Secret.moveFrom(Layout.utf8(OPTIONS))) {
      assertThatThrownBy(() -> wrap.wrap(secret))
          .isInstanceOf(dev.theca.image.ImageException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'grpc':'192.0.2.1:50000'}",
        "{'grpc':'127.0.0.1'}",
        "{'grpc':'127.0.0.1:99999'}",
        "{'grpc':'127.0.0.1.evil.example:1'}",
        "{'cmd':{}}",
        "{'cmd':{'path':'/x','args':'y'}}",
        "{'ttrpc':'tcp://x'}",
        "{'grpc':'127.0.0.1:1','cmd':{'path':'/x'}}",
        "{'ttrpc':'unix:///\\u0000'}",
        "{}",
        "7"
      })
  void a_configuration_that_sends_keys_elsewhere_or_nowhere_is_refused(String way) {
    assertThat(
            KeyProviderConfig.parse(
                Layout.utf8(("{'key-providers':{'a':" + way + "}}").replace('\'', '"'))))
        .isInstanceOf(Outcome.Refused.class);
  }

  @Test
  void the_recorded_configuration_is_read() throws Exception {
    Path shared =
        Path.of(java.util.Optional.ofNullable(System.getenv("THECA_SHARED")).orElse("../shared"));
    Path file =
        shared.resolve("testdata/coco/guest-components/ocicrypt-rs/data/ocicrypt_config.json");
    org.junit.jupiter.api.Assumptions.assumeTrue(
        Files.exists(file), () -> "test data not found: " + file + " (set THECA_SHARED)");
    var config =
        KeyProviderConfig.ofEnvironment(Map.of("OCICRYPT_KEYPROVIDER_CONFIG", file.toString()))
            .orThrow();
    assertThat(config.providers())
        .containsEntry(
            "keyprovider1",
            new KeyProviderConfig.Way.Command(List.of("/usr/lib/keyprovider-wrapkey")))
        .containsEntry("keyprovider2", new KeyProviderConfig.Way.Grpc("localhost", 32223))
        .containsEntry("keyprovider3", new KeyProviderConfig.Way.Native("attestation_agent"))
        .containsEntry(
            "keyprovider4", new KeyProviderConfig.Way.Ttrpc(Path.of("/tmp/keyprovider.sock")));
  }
}

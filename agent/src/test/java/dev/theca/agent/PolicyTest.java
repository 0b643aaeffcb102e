package dev.theca.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.enclave.handover.Payload;
import dev.theca.image.ImageConfig;
import dev.theca.image.ImageRef;
import dev.theca.wire.Outcome;
import dev.theca.wire.nodeagent.MountWish;
import dev.theca.wire.nodeagent.PrepareRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyTest {
  private static final String SIGNER = "ab".repeat(32);
  private static final String GOOD =
      """
      {"version":1,
       "apps":[{"mrSigner":"%s","isvProdId":2,"minIsvSvn":1}],
       "images":[{"scope":"r.example/team/app","decryptWith":["kbs:///a/b/c"],
         "secrets":[{"resource":"kbs:///a/s/p","path":"/run/p","mode":"0440","uid":5,"gid":6}],
         "volumes":[{"name":"data","path":"/var/lib/data","key":"kbs:///a/v/d","sizeMiB":64}],
         "env":["PORT"]}]}
      """
          .formatted(SIGNER);

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void a_policy_is_strict_where_it_says_nothing() {
    var policy = WorkloadPolicy.parse(utf8(GOOD)).orThrow();
    var rules = policy.rules(ImageRef.parse("r.example/team/app:1").orThrow()).orThrow();
    assertThat(rules.encrypted()).isTrue();
    assertThat(rules.anyCommand()).isFalse();
    assertThat(rules.exec()).isFalse();
    assertThat(rules.secrets().getFirst().mode()).isEqualTo(0440);
    var volume = rules.volumes().getFirst();
    assertThat(volume.counter()).isTrue();
    assertThat(volume.sizeBytes()).isEqualTo(64 << 20);
    assertThat(policy.rules(ImageRef.parse("r.example/team/other:1").orThrow()).isGranted())
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"version\":1|\"version\":2",
        "\"version\":1|\"version\":1,\"forbid\":true",
        "\"mrSigner\":\"ab|\"mrSigner\":\"XY",
        "\"isvProdId\":2|\"isvProdId\":70000",
        "kbs:///a/b/c|file:///etc/shadow",
        "\"path\":\"/run/p\"|\"path\":\"run/p\"",
        "\"path\":\"/run/p\"|\"path\":\"/run/../p\"",
        "\"mode\":\"0440\"|\"mode\":\"rw\"",
        "\"uid\":5|\"uid\":-5",
        "\"env\":[\"PORT\"]|\"exec\":\"yes\"",
        "\"env\":[\"PORT\"]|\"encrypted\":\"no\"",
        "\"name\":\"data\"|\"name\":\"../data\"",
        "/var/lib/data|var/lib/data",
        "/var/lib/data|/var/../data",
        "/var/lib/data|/proc/data",
        "\"key\":\"kbs:///a/v/d\",|''",
        "\"sizeMiB\":64|\"sizeMiB\":-1",
        "\"sizeMiB\":64|\"sizeMiB\":\"64\"",
        "\"sizeMiB\":64|\"strict\":\"no\"",
        "\"sizeMiB\":64|\"freshness\":\"some\"",
        "\"sizeMiB\":64|\"onTamper\":\"ignore\"",
        "\"sizeMiB\":64|\"onTamper\":0",
        "\"sizeMiB\":64|\"size\":64",
        "\"env\":[\"PORT\"]|\"onTamper\":\"shrug\"",
        "\"env\":[\"PORT\"]|\"env\":[\"*\"]",
        "\"env\":[\"PORT\"]|\"env\":[\"A*B\"]",
        "\"env\":[\"PORT\"]|\"env\":[7]",
        "\"env\":[\"PORT\"]|\"user\":\"root\"",
        "\"env\":[\"PORT\"]|\"mounts\":[\"data\"]",
        "\"env\":[\"PORT\"]|\"mounts\":[\"/*\"]",
        "\"env\":[\"PORT\"]|\"mounts\":[\"/data/../*\"]",
        "\"env\":[\"PORT\"]|\"mounts\":[\"/data*\"]",
        "\"volumes\":[|\"volumes\":[{\"name\":\"e\",\"path\":\"/var/lib\",\"key\":\"kbs:///a/v/e\"},",
        "\"volumes\":[|\"volumes\":[{\"name\":\"data\",\"path\":\"/e\",\"key\":\"kbs:///a/v/d\"},",
        "\"images\":[|\"images\":[{\"scope\":\"r/z\",\"volumes\":[{\"name\":\"data\",\"path\":\"/e\",\"key\":\"kbs:///a/v/e\"}]},",
        "\"images\":[{|\"images\":[7,{"
      })
  void a_policy_that_is_half_understood_is_refused(String from, String to) {
    String lie = GOOD.replace(from, to);
    assertThat(lie).isNotEqualTo(GOOD);
    assertThat(WorkloadPolicy.parse(utf8(lie)).isGranted()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{", "{}", "null"})
  void nonsense_is_no_policy(String text) {
    assertThat(WorkloadPolicy.parse(utf8(text)).isGranted()).isFalse();
    assertThat(AgentConfig.read(utf8(text)).isGranted()).isFalse();
  }

  private static final Map<String, String> FILES =
      Map.of(
          "/etc/passwd", "root:x:0:0::/:/bin/sh\nredis:x:999:998::/:/bin/sh\n",
          "/etc/group", "root:x:0:\nredis:x:998:\nextra:x:7:redis,other\n");

  private static Outcome<Users> user(String text) {
    return Users.resolve(text, path -> Optional.ofNullable(FILES.get(path)).map(PolicyTest::utf8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | 0 | 0 | []",
        "redis | 999 | 998 | [7]",
        "999 | 999 | 998 | [7]",
        "redis:extra | 999 | 7 | []",
        "5 | 5 | 0 | []",
        "5:6 | 5 | 6 | []"
      })
  void a_user_is_the_images_own(String text, int uid, int gid, String groups) {
    var user = user(text).orThrow();
    assertThat(user.uid()).isEqualTo(uid);
    assertThat(user.gid()).isEqualTo(gid);
    assertThat(user.groups().toString()).isEqualTo(groups);
  }

  @ParameterizedTest
  @ValueSource(strings = {"nobody", "redis:none", "-1", "99999999999"})
  void a_user_that_the_image_does_not_know_is_refused(String text) {
    assertThat(user(text).isGranted()).isFalse();
  }

  private static ImageRules rules(String more) {
    String policy = "{\"version\":1,\"images\":[{\"scope\":\"r/x\"" + more + "}]}";
    return WorkloadPolicy.parse(utf8(policy)).orThrow().images().getFirst();
  }

  private static final PrepareRequest WISH = PrepareRequest.of("c", "r/x");

  private static Outcome<Payload.Process> plan(PrepareRequest wish, String more) {
    var image =
        new ImageConfig(List.of("/run"), List.of("now"), List.of("A=1"), "", "/work", List.of());
    return ProcessPlan.of(image, wish, rules(more), new Users(1, 2, List.of()));
  }

  private static Outcome<Payload.Process> plan(List<String> args, List<String> env) {
    return plan(WISH.running(args, env), ",\"env\":[\"PORT\",\"KUBERNETES_*\"]");
  }

  @Test
  void variables_of_kubernetes_come_by_the_beginning_of_their_names() {
    var env = List.of("KUBERNETES_SERVICE_HOST=10.0.0.1", "KUBERNETES_PORT=tcp://10.0.0.1:443");
    assertThat(plan(List.of(), env).orThrow().env()).containsAll(env);
    for (String other : List.of("KUBERNETES_=1", "KUBERNETE=1", "PORTS=1", "XKUBERNETES_A=1"))
      assertThat(plan(List.of(), List.of(other)).isGranted()).as(other).isFalse();
  }

  @Test
  void a_host_that_changes_the_working_directory_is_refused() {
    assertThat(plan(WISH.as("/work", "", List.of()), "").isGranted()).isTrue();
    assertThat(plan(WISH.as("/tmp", "", List.of()), "").isGranted()).isFalse();
    String any = ",\"command\":\"any\"";
    assertThat(plan(WISH.as("/tmp", "", List.of()), any).orThrow().cwd()).isEqualTo("/tmp");
    assertThat(plan(WISH.as("tmp", "", List.of()), any).isGranted()).isFalse();
  }

  private static Outcome<Users> asked(String user, List<Integer> groups, String more) {
    return UserPlan.of(
        "redis",
        WISH.as("", user, groups),
        rules(more),
        path -> Optional.ofNullable(FILES.get(path)).map(PolicyTest::utf8));
  }

  @Test
  void a_pod_that_names_the_images_own_user_has_named_nobody_else() {
    for (String user : List.of("", "redis", "999", "999:998"))
      assertThat(asked(user, List.of(998, 7), "").orThrow())
          .as(user)
          .isEqualTo(new Users(999, 998, List.of(7)));
  }

  @Test
  void a_host_that_runs_the_program_as_somebody_else_is_refused() {
    for (String user : List.of("0", "root", "999:0", "5"))
      assertThat(asked(user, List.of(), "").isGranted()).as(user).isFalse();
    assertThat(asked("", List.of(0), "").isGranted()).as("a further group").isFalse();
    String any = ",\"user\":\"any\"";
    assertThat(asked("0", List.of(), any).orThrow().uid()).isZero();
    assertThat(asked("5:6", List.of(0, 9), any).orThrow())
        .isEqualTo(new Users(5, 6, List.of(0, 9)));
    assertThat(asked("nobody", List.of(), any).isGranted()).isFalse();
  }

  private static boolean mounts(String path, String type, String more) {
    return MountRules.check(List.of(new MountWish(path, type, true)), rules(more)).isGranted();
  }

  @Test
  void a_host_that_mounts_over_what_the_policy_does_not_name_is_refused() {
    for (String own :
        List.of("/proc proc", "/dev tmpfs", "/sys/fs/cgroup cgroup2", "/etc/hosts bind"))
      assertThat(mounts(own.split(" ")[0], own.split(" ")[1], "")).as(own).isTrue();
    for (String lie : List.of("/bin", "/proc", "/etc", "/etc/passwd", "/dev/null", "/", "", "x"))
      assertThat(mounts(lie, "bind", "")).as(lie).isFalse();
    String named = ",\"mounts\":[\"/data\",\"/etc/app/*\"]";
    for (String path : List.of("/data", "/etc/app/x", "/etc/app/x/y"))
      assertThat(mounts(path, "bind", named)).as(path).isTrue();
    for (String lie :
        List.of("/data/x", "/etc/app", "/etc/app/../passwd", "/data/", "/etc/app/./x"))
      assertThat(mounts(lie, "bind", named)).as(lie).isFalse();
  }

  @Test
  void the_program_is_the_images_and_the_pod_adds_what_it_may() {
    var process = plan(List.of("/run", "now"), List.of("A=1", "PORT=7", "HOSTNAME=x")).orThrow();
    assertThat(process.argv()).containsExactly("/run", "now");
    assertThat(process.env()).contains("A=1", "PORT=7").noneMatch(v -> v.startsWith("HOSTNAME"));
    assertThat(process.cwd()).isEqualTo("/work");
    assertThat(process.uid()).isEqualTo(1);
  }

  @Test
  void a_host_that_brings_its_own_program_or_variables_is_refused() {
    assertThat(plan(List.of("/bin/sh"), List.of()).isGranted()).isFalse();
    assertThat(plan(List.of("/run", "later"), List.of()).isGranted()).isFalse();
    assertThat(plan(List.of(), List.of("LD_PRELOAD=/x")).isGranted()).isFalse();
    assertThat(plan(List.of(), List.of("A=2")).isGranted()).isFalse();
  }

  @Test
  void init_data_names_broker_and_policies() {
    String init =
        """
        version = "0.1.0"
        algorithm = "sha256"
        [data]
        "theca.toml" = '''
        kbs_url = "http://127.0.0.1:1"
        security_policy = "kbs:///a/b/c"
        workload_policy = "kbs:///a/b/d"
        '''
        """;
    var config = AgentConfig.read(utf8(init)).orThrow();
    assertThat(config.broker().getPort()).isEqualTo(1);
    for (String[] lie :
        new String[][] {
          {"http://", "ftp://"},
          {"kbs:///a/b/c", "kbs:///a/b"},
          {"theca.toml", "other.toml"},
          {"sha256", "md5"},
          {"kbs_url", "url"}
        })
      assertThat(AgentConfig.read(utf8(init.replace(lie[0], lie[1]))).isGranted())
          .as(lie[1])
          .isFalse();
  }
}

namespace AuditFunctions.Tests.Sources.Processors;

/// <summary>What a condition says of an event.</summary>
public sealed class ConditionTests
{
    private const string Event = """
        {"type":"user.login","n":9007199254740993,"text":"10","ip":"10.1.2.3","octal":"010.1.2.3","six":"2001:db8::5","mapped":"::ffff:10.1.2.3","at":"2026-01-02T00:00:00+01:00","ms":1767225600000,"none":null,"yes":true,"tags":["red","Green"],"list":[{"k":"a","v":1},{"k":"b","v":2}],"twice":1,"twice":2,"esc":"caf\u00e9","o":{"x":{}},"deep":{"a":{"email":"x"}},"same":{"same":{"same":"inner"},"ip":{"ip":"10.9.9.9"}}}
        """;

    [Theory]
    [InlineData("{ path: type, equals: user.login }", true)]
    [InlineData("{ path: type, equals: user }", false)]
    [InlineData("{ path: type, in: [a, user.login] }", true)]
    [InlineData("{ path: type, prefix: user. }", true)]
    [InlineData("{ path: type, suffix: [.logout, .login] }", true)]
    [InlineData("{ path: type, contains: USER }", false)]
    [InlineData("{ path: type, contains: USER, ignoreCase: true }", true)]
    [InlineData("{ path: type, glob: 'user.*' }", true)]
    [InlineData("{ path: type, glob: 'user.?ogin' }", true)]
    [InlineData("{ path: type, glob: 'login' }", false)]       // the whole text
    [InlineData("{ path: type, regex: 'log(in|out)$' }", true)]
    [InlineData("{ path: type, regex: 'LOGIN', ignoreCase: true }", true)]
    [InlineData("{ path: esc, equals: café }", true)]          // escapes are resolved
    [InlineData("{ path: esc, prefix: café }", true)]
    [InlineData("{ path: n, equals: 9007199254740993 }", true)]
    [InlineData("{ path: n, above: 9007199254740992 }", true)] // beyond what a double tells apart
    [InlineData("{ path: n, below: 9007199254740993 }", false)]
    [InlineData("{ path: text, atLeast: 10, atMost: 10.0 }", true)]
    [InlineData("{ path: type, above: 1 }", false)]
    [InlineData("{ path: at, before: 2026-01-02T00:00:00Z }", true)]
    [InlineData("{ path: at, after: 2026-01-01T23:00:00Z }", false)]
    [InlineData("{ path: ms, after: 2025-12-31T00:00:00Z, format: unix-ms }", true)]
    [InlineData("{ path: ip, cidr: [192.0.2.0/24, 10.0.0.0/8] }", true)]
    [InlineData("{ path: ip, cidr: 10.2.0.0/16 }", false)]
    [InlineData("{ path: mapped, cidr: 10.0.0.0/8 }", true)]   // the same address, written for IPv6
    [InlineData("{ path: six, cidr: '2001:db8::/32' }", true)]
    [InlineData("{ path: type, cidr: 10.0.0.0/8 }", false)]
    [InlineData("{ path: text, cidr: 0.0.0.0/0 }", false)]     // 10 is a number, and not 0.0.0.10
    [InlineData("{ path: octal, cidr: 0.0.0.0/0 }", false)]    // nobody can tell whether it is 10.1.2.3 or 8.1.2.3
    [InlineData("{ path: 'list[0].v', sameAs: twice }", true)]  // one of several fields is enough
    [InlineData("{ path: 'list[1].v', sameAs: 'list[0].v' }", false)]
    [InlineData("{ path: esc, sameAs: esc }", true)]
    [InlineData("{ path: missing, sameAs: missing }", false)]   // what is not there says nothing
    [InlineData("{ path: type, sameAs: missing }", false)]
    [InlineData("{ path: o, sameAs: o }", false)]               // an object is like no text
    [InlineData("{ path: 'tags[0]', sameAs: 'tags[*]', equals: Green }", false)]
    [InlineData("{ path: 'tags[*]', sameAs: 'tags[*]', equals: Green }", true)]
    [InlineData("{ path: type, equals: '{{54849625-5478-4994-a5ba-3e3b0328c30d}}' }", false)] // a GUID is no field
    [InlineData("{ path: 'ty*', equals: user.login }", true)]
    [InlineData("{ path: '*.*.email', equals: x }", true)]
    [InlineData("{ path: none, exists: true }", true)]
    [InlineData("{ path: missing, exists: true }", false)]
    [InlineData("{ path: missing, exists: false }", true)]
    [InlineData("{ path: missing, equals: '' }", false)]
    [InlineData("{ path: yes, equals: true }", true)]
    [InlineData("{ path: o, equals: '{{}}' }", false)]           // an object is like no text
    [InlineData("{ path: o.x, exists: true }", true)]
    [InlineData("{ path: 'tags[*]', equals: Green }", true)]
    [InlineData("{ path: 'tags[1]', equals: Green }", true)]
    [InlineData("{ path: 'tags[-1]', equals: red }", false)]
    [InlineData("{ path: 'list[*].v', equals: 2 }", true)]
    [InlineData("{ path: 'list[k=b].v', equals: 2 }", true)]
    [InlineData("{ path: 'list[k=b].v', equals: 1 }", false)]
    [InlineData("{ path: twice, equals: 2 }", true)]           // nothing hides behind a duplicate
    [InlineData("{ path: '**.email', equals: x }", true)]
    [InlineData("{ path: '**.same', equals: inner }", true)]   // inside of an object of the same name, which is like no text
    [InlineData("{ path: '**.ip', cidr: 10.9.0.0/16 }", true)]
    [InlineData("{ path: '**.same', sameAs: same.same.same }", true)]
    [InlineData("{ path: type, sameAs: '**.same' }", false)]
    [InlineData("{ path: type.more, exists: true }", false)]
    [InlineData("{ all: [ { path: yes, equals: true }, { path: n, above: 1 } ] }", true)]
    [InlineData("{ all: [ { path: yes, equals: true }, { path: n, above: 1e30 } ] }", false)]
    [InlineData("{ any: [ { path: yes, equals: false }, { path: n, above: 1 } ] }", true)]
    [InlineData("{ any: [ { path: yes, equals: false } ] }", false)]
    [InlineData("{ not: { path: yes, equals: true } }", false)]
    public void It_holds_or_not(string when, bool holds)
    {
        Assert.Equal(holds ? 1 : 0, Lists.Apply($"[ {{ action: keep, when: {when} }} ]", Event).After.Count);
        Assert.Equal(holds ? 0 : 1, Lists.Apply($"[ {{ action: drop, when: {when} }} ]", Event).After.Count);
    }
}

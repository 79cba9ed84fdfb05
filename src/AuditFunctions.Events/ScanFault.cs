namespace AuditFunctions.Events;

/// <summary>The rule of JSON that a page breaks.</summary>
internal enum ScanRule : byte
{
    None,
    AfterValue,
    BeforeSeparator,
    BeforeClose,
    ControlCharacter,
    Escape,
    Scalar,
    WrongClose,
    TooDeep,
    ColonInArray,
    MemberOrder,
    SecondRoot,
    InString,
    OpenContainer,
    NoValue,
    Utf8,
    NotEvents,
}

/// <summary>Where a page stops being JSON, and by which rule. <see cref="ScanRule.None"/> when it does not.</summary>
/// <param name="At">Offset in bytes of the first byte that cannot stand there; the page's length when more was expected.</param>
/// <param name="Rule">The rule.</param>
/// <param name="InString">Whether a string is open at the end of what was read.</param>
internal readonly record struct ScanFault(int At, ScanRule Rule, bool InString = false)
{
    public static readonly ScanFault None;

    /// <summary>The error for the caller. Names one byte of the page at most.</summary>
    public CutError ToError(ReadOnlySpan<byte> page)
    {
        string expected = Rule switch
        {
            ScanRule.AfterValue => "',' or a closing bracket after a value, ':' after a name",
            ScanRule.BeforeSeparator => "a value or a name before a separator",
            ScanRule.BeforeClose => "a value or a name after a separator",
            ScanRule.ControlCharacter => "an escaped control character inside a string",
            ScanRule.Escape => "one of \" \\ / b f n r t or u and four hexadecimal digits after a backslash",
            ScanRule.Scalar => "a value",
            ScanRule.WrongClose => "the bracket that closes the innermost open one",
            ScanRule.TooDeep => $"at most {KindStack.MaxDepth} levels of nesting",
            ScanRule.ColonInArray => "',' or ']' after an element, nothing after the root value",
            ScanRule.MemberOrder => "a name, ':' and a value for each member",
            ScanRule.SecondRoot => "one root value",
            ScanRule.InString => "the closing quote of a string",
            ScanRule.OpenContainer => "a closing bracket",
            ScanRule.NoValue => "a value",
            ScanRule.Utf8 => "valid UTF-8",
            ScanRule.NotEvents => "an array or object of events, or null",
            _ => "valid JSON",
        };
        string found = At < page.Length ? Name(page[At]) : "the end of the page";
        return new CutError(At, $"Expected {expected}, found {found}.");
    }

    private static string Name(byte value) => value is > 0x20 and < 0x7f ? $"'{(char)value}'" : $"byte 0x{value:x2}";
}

namespace Azure.Data.Tables;

/// <summary>The service knows instants in UTC only; a time of unspecified kind is taken to be UTC.</summary>
internal static class Utc
{
    public static DateTime Of(DateTime value) =>
        value.Kind == DateTimeKind.Local ? value.ToUniversalTime() : DateTime.SpecifyKind(value, DateTimeKind.Utc);
}

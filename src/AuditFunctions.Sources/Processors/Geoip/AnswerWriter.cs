using System.Globalization;
using AuditFunctions.Events;

namespace AuditFunctions.Sources.Processors.Geoip;

/// <summary>Writes an object of what a database says, member by member; what it does not say is left out.</summary>
internal sealed class AnswerWriter(PooledBytes into)
{
    private int _count;

    /// <summary>Writes a text.</summary>
    public void Text(string name, object? value)
    {
        if (value is string { Length: > 0 } text)
        {
            Name(name);
            into.WriteText(text);
        }
    }

    /// <summary>Writes a number.</summary>
    public void Number(string name, object? value)
    {
        if (value is double or float or int or long or uint or ulong && Convert.ToDouble(value, CultureInfo.InvariantCulture) is var number && double.IsFinite(number))
        {
            Name(name);
            Digits(number);
        }
    }

    /// <summary>Writes a point.</summary>
    public void Point(string name, object? latitude, object? longitude)
    {
        if (latitude is double north && longitude is double east && double.IsFinite(north) && double.IsFinite(east))
        {
            Name(name);
            into.Write("{\"lat\":"u8);
            Digits(north);
            into.Write(",\"lon\":"u8);
            Digits(east);
            into.Write("}"u8);
        }
    }

    /// <summary>Ends the object.</summary>
    /// <returns>False when it is empty; nothing was written then.</returns>
    public bool End()
    {
        into.Write(_count > 0 ? "}"u8 : ""u8);
        return _count > 0;
    }

    private void Digits(double number) => into.Write(System.Text.Encoding.ASCII.GetBytes(number.ToString("R", CultureInfo.InvariantCulture)));

    private void Name(string name)
    {
        into.Write(_count++ > 0 ? ","u8 : "{"u8);
        into.WriteText(name);
        into.Write(":"u8);
    }
}

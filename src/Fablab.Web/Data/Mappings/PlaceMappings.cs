using Fablab.Web.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Fablab.Web.Data.Mappings;

internal sealed class LegalEntityMapping : IEntityTypeConfiguration<LegalEntityRow>
{
    public void Configure(EntityTypeBuilder<LegalEntityRow> builder)
    {
        // Two entities with one series would issue the same numbers.
        builder.Property(entity => entity.InvoiceSeries).HasMaxLength(16);
        builder.HasIndex(entity => entity.InvoiceSeries).IsUnique();
    }
}

internal sealed class SiteMapping : IEntityTypeConfiguration<SiteRow>
{
    public void Configure(EntityTypeBuilder<SiteRow> builder)
    {
        builder.Property(site => site.Code).HasMaxLength(40);
        builder.HasIndex(site => site.Code).IsUnique();
        builder.HasOne<LegalEntityRow>().WithMany().HasForeignKey(site => site.LegalEntity).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class MachineMapping : IEntityTypeConfiguration<MachineRow>
{
    public void Configure(EntityTypeBuilder<MachineRow> builder)
    {
        builder.Property(machine => machine.Code).HasMaxLength(40);
        builder.HasIndex(machine => machine.Code).IsUnique();
        builder.HasOne<SiteRow>().WithMany().HasForeignKey(machine => machine.Site).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<PoolRow>().WithMany().HasForeignKey(machine => machine.Pool).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<BridgeRow>().WithMany().HasForeignKey(machine => machine.Bridge).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class FaultMapping : IEntityTypeConfiguration<FaultRow>
{
    public void Configure(EntityTypeBuilder<FaultRow> builder)
    {
        builder.Property(fault => fault.Text).HasMaxLength(FaultRow.LongestText);
        builder.Property(fault => fault.WhatWasDone).HasMaxLength(FaultRow.LongestText);
        builder.HasIndex(fault => fault.Machine).HasFilter("\"ClosedAt\" IS NULL");
        builder.HasIndex(fault => fault.Reporter);
        builder.HasOne<MachineRow>().WithMany().HasForeignKey(fault => fault.Machine).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class MachineCalendarMapping : IEntityTypeConfiguration<MachineCalendarRow>
{
    public void Configure(EntityTypeBuilder<MachineCalendarRow> builder)
    {
        builder.HasKey(calendar => calendar.Machine);
        builder.HasOne<MachineRow>().WithOne().HasForeignKey<MachineCalendarRow>(calendar => calendar.Machine).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class PoolMapping : IEntityTypeConfiguration<PoolRow>
{
    public void Configure(EntityTypeBuilder<PoolRow> builder)
    {
        builder.Property(pool => pool.Code).HasMaxLength(40);
        builder.HasIndex(pool => pool.Code).IsUnique();
        builder.HasOne<SiteRow>().WithMany().HasForeignKey(pool => pool.Site).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class DeskMapping : IEntityTypeConfiguration<DeskRow>
{
    public void Configure(EntityTypeBuilder<DeskRow> builder)
    {
        builder.HasKey(desk => desk.Machine);
        builder.HasIndex(desk => desk.DueAt);
        builder.HasOne<MachineRow>().WithOne().HasForeignKey<DeskRow>(desk => desk.Machine).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class BridgeMapping : IEntityTypeConfiguration<BridgeRow>
{
    public void Configure(EntityTypeBuilder<BridgeRow> builder)
    {
        builder.Property(bridge => bridge.Code).HasMaxLength(40);
        builder.HasIndex(bridge => bridge.Code).IsUnique();
        builder.Property(bridge => bridge.PairingName).HasMaxLength(8);
        builder.Property(bridge => bridge.PairingHash).HasMaxLength(64);
        builder.HasIndex(bridge => bridge.PairingName).IsUnique();
        builder.HasOne<SiteRow>().WithMany().HasForeignKey(bridge => bridge.Site).OnDelete(DeleteBehavior.Restrict);
    }
}
